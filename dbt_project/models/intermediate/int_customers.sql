with
    orders as (select * from {{ ref("int_orders") }} where not is_anonymous),

    first_orders as (
        select merchant_id, customer_key, min(paid_date) as first_paid_date
        from orders
        group by merchant_id, customer_key
    ),

    final as (
        select
            merchant_id,
            customer_key,
            first_paid_date,
            {{ period_start("month", "first_paid_date") }} as cohort_month
        from first_orders
    )

select *
from final
