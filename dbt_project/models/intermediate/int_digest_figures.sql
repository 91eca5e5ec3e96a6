{% set keys = ["merchant_id", "week", "period", "side", "basis", "period_start"] %}

with
    period_days as (select * from {{ ref("int_digest_period_days") }}),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    totals as ({{ period_totals(keys) }}),

    customers as ({{ period_customers(keys) }}),

    final as (
        {{
            digest_figures(
                keys,
                "case when basis= 'all' then coalesce(customers.new_customers, 0) "
                ~ "else totals.customers_first_seen end",
            )
        }}
    )

select *
from final
