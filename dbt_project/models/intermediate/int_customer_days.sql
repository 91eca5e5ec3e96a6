with
    orders as (select * from {{ ref("int_orders") }} where is_covered and not is_anonymous),

    customers as (select * from {{ ref("int_customers") }}),

    final as (
        select
            merchant_id,
            customer_key,
            orders.paid_date as day,
            customers.first_paid_date,
            customers.cohort_month,
            count(*) as order_count,
            cast(sum(orders.gmv) as decimal(18, 2)) as gmv
        from orders
        inner join customers using (merchant_id, customer_key)
        group by
            merchant_id,
            customer_key,
            orders.paid_date,
            customers.first_paid_date,
            customers.cohort_month
    )

select *
from final
