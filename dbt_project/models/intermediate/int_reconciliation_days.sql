with
    shop_days as (select * from {{ ref("int_shop_days") }}),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    unloaded_orders as (select * from {{ ref("int_unloaded_orders") }}),

    cancelled_orders as (
        select merchant_id, paid_date as day, count(*) as order_count, sum(gmv) as gmv
        from {{ ref("int_orders") }}
        where is_covered and is_cancelled_after_payment
        group by merchant_id, paid_date
    ),

    final as (
        select
            shop_days.merchant_id,
            shop_days.day,
            {% for figure, type in reconciled_figures().items() %}
                merchant_days.{{ figure }},
                shop_days.{{ figure }} as platform_{{ figure }},
                cast(
                    coalesce(unloaded_orders.{{ figure }}, 0) as {{ type }}
                ) as unloaded_{{ figure }},
                cast(
                    coalesce(cancelled_orders.{{ figure }}, 0) as {{ type }}
                ) as cancelled_{{ figure }},
            {% endfor %}
            merchant_days.refund_amount,
            merchant_days.refund_amount_by_refund_date,
            shop_days.refund_amount as platform_refund_amount,
            merchant_days.orders_covered as is_compared,
            merchant_days.refund_amount is not null
            and shop_days.refund_amount is not null as is_refund_compared,
            coalesce(unloaded_orders.has_unreadable, false) as has_unreadable
        from shop_days
        inner join merchant_days using (merchant_id, day)
        left join unloaded_orders using (merchant_id, day)
        left join cancelled_orders using (merchant_id, day)
    )

select *
from final
