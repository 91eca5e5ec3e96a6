{% set shop = "partition by merchant_id, shop_id order by started_at, ended_at, row_number" %}

with
    pieces as (select * from {{ ref("int_live_pieces") }}),

    seen_pieces as (
        select
            *,
            max(ended_at) over (
                {{ shop }} rows between unbounded preceding and 1 preceding
            ) as on_air_until
        from pieces
    ),

    timed_pieces as (
        select
            *,
            -- a piece that goes on within the pause goes on with the broadcast, past midnight too
            case
                when
                    {{ minutes_between("on_air_until", "started_at") }}
                    <= {{ var("live_resume_minutes") }}
                then 0
                else 1
            end as is_beginning,
            -- each minute once, however many pieces are on air in it
            case
                when on_air_until >= ended_at
                then 0
                else
                    {{
                        minutes_between(
                            "greatest(started_at, coalesce(on_air_until, started_at))", "ended_at"
                        )
                    }}
            end as new_minutes
        from seen_pieces
    ),

    numbered_pieces as (
        select
            *,
            sum(is_beginning) over (
                {{ shop }} rows between unbounded preceding and current row
            ) as broadcast_number
        from timed_pieces
    ),

    dated_pieces as (
        select
            *,
            {{
                business_date(
                    "min(started_at) over (partition by merchant_id, shop_id, broadcast_number)"
                )
            }} as day
        from numbered_pieces
    ),

    final as (
        select
            merchant_id,
            shop_id,
            day,
            min_by(host, started_at) as host,
            min(started_at) as started_at,
            -- rows that were let in before a duration was asked for may lack one
            case when count(ended_at) = count(*) then max(ended_at) end as ended_at,
            count(*) as piece_count,
            cast(
                case when count(ended_at) = count(*) then sum(new_minutes) end as decimal(18, 4)
            ) as minutes_on_air,
            {% for figure in live_figures() %}
                cast(sum({{ figure.name }}) as {{ figure.type }}) as {{ figure.name }}
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from dated_pieces
        group by merchant_id, shop_id, day
    )

select *
from final
