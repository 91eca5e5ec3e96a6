with
    orders as (select * from {{ ref("int_orders") }}),

    ad_days as (select * from {{ ref("int_ad_merchant_days") }}),

    broadcasts as (select * from {{ ref("int_first_broadcasts") }}),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    -- only what a programme asks for
    asked as (
        select event, max(as_of) as last_day
        from versions
        where window_kind = 'after_event'
        group by event
    ),

    days as (
        select distinct merchant_id, 'first_order' as event, paid_date as day
        from orders
        where paid_date <= (select last_day from asked where event = 'first_order')
        union all
        select merchant_id, 'first_ad_spend', day
        from ad_days
        where ad_spend > 0 and day <= (select last_day from asked where event = 'first_ad_spend')
        union all
        select distinct merchant_id, 'first_broadcast', day
        from broadcasts
        where day <= (select last_day from asked where event = 'first_broadcast')
    ),

    final as (
        select
            merchant_id,
            event,
            day,
            lag(day) over (partition by merchant_id, event order by day) as previous_day
        from days
    )

select *
from final
