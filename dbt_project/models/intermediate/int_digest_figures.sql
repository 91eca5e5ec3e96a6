{% set keys = ["merchant_id", "week", "period", "side", "basis", "period_start"] %}

with
    period_days as (select * from {{ ref("int_digest_period_days") }}),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    totals as ({{ period_totals(keys) }}),

    customers as ({{ period_customers(keys) }}),

    figures as (
        select
            {{ keys | join(", ") }},
            totals.order_count,
            totals.gmv,
            {{ divide_money("totals.gmv", "totals.order_count") }} as aov,
            coalesce(customers.active_customers, 0) as active_customers,
            case
                when basis = 'all'
                then coalesce(customers.new_customers, 0)
                else totals.customers_first_seen
            end as new_customers,
            totals.anonymous_order_count,
            totals.anonymous_gmv,
            totals.orders_days_covered
        from totals
        left join customers using ({{ keys | join(", ") }})
    ),

    final as (select *, active_customers - new_customers as returning_customers from figures)

select *
from final
