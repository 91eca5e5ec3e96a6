with
    exported_orders as (select * from {{ ref("int_exported_orders") }}),

    covered_days as (
        select merchant_id, day
        from {{ ref("int_coverage_days") }}
        where source = '{{ var("orders_source") }}'
    ),

    paid_orders as (
        select
            *,
            {{ business_date("paid_at") }} as paid_date,
            row_number() over (
                partition by merchant_id, customer_key order by paid_at, order_id
            ) as customer_order_number
        from exported_orders
        where paid_at is not null
    ),

    final as (
        select
            paid_orders.merchant_id,
            order_id,
            paid_at,
            paid_date,
            customer_key,
            order_status,
            line_count,
            quantity,
            gmv,
            coalesce(order_status in ('已取消', '已关闭'), false) as is_cancelled_after_payment,
            customer_key is null as is_anonymous,
            customer_key is not null and customer_order_number = 1 as is_first_order,
            covered_days.day is not null as is_covered,
            file_sha256
        from paid_orders
        left join
            covered_days
            on paid_orders.merchant_id = covered_days.merchant_id
            and paid_orders.paid_date = covered_days.day
    )

select *
from final
