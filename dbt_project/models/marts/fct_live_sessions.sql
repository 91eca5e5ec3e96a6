with
    sessions as (select * from {{ ref("int_live_sessions") }}),

    first_broadcasts as (select *, true as is_long_enough from {{ ref("int_first_broadcasts") }}),

    final as (
        select
            merchant_id,
            shop_id,
            day,
            sessions.host,
            sessions.started_at,
            sessions.ended_at,
            sessions.piece_count,
            sessions.minutes_on_air,
            {% for figure in live_figures() %} sessions.{{ figure.name }}, {% endfor %}
            coalesce(first_broadcasts.is_long_enough, false) as is_long_enough,
            case
                when first_broadcasts.is_long_enough then first_broadcasts.is_first_ever else false
            end as is_first_ever,
            case
                when first_broadcasts.is_long_enough
                then first_broadcasts.is_first_in_30_days
                else false
            end as is_first_in_30_days
        from sessions
        left join first_broadcasts using (merchant_id, shop_id, day)
    )

select *
from final
