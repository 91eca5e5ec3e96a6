with
    orders as (select * from {{ ref("int_orders") }}),

    final as (
        select
            merchant_id,
            order_id,
            paid_at,
            paid_date,
            customer_key,
            order_status,
            line_count,
            quantity,
            gmv,
            is_anonymous,
            is_first_order,
            is_cancelled_after_payment,
            is_covered,
            file_sha256
        from orders
    )

select *
from final
