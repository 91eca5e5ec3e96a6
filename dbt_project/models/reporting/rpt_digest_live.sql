with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    sessions as (select * from {{ ref("int_live_sessions") }}),

    first_broadcasts as (select * from {{ ref("int_first_broadcasts") }}),

    final as (
        select
            sessions.merchant_id,
            weeks.week,
            sessions.shop_id,
            sessions.day,
            merchants.currency,
            sessions.minutes_on_air,
            sessions.viewers,
            sessions.orders,
            sessions.paid_gmv,
            sessions.new_followers,
            coalesce(first_broadcasts.is_first_ever, false) as is_first_ever
        from sessions
        inner join weeks on sessions.day between weeks.week and weeks.as_of
        inner join merchants on sessions.merchant_id = merchants.merchant_id
        left join
            first_broadcasts
            on sessions.merchant_id = first_broadcasts.merchant_id
            and sessions.shop_id = first_broadcasts.shop_id
            and sessions.day = first_broadcasts.day
    )

select *
from final
