with
    source as (select * from {{ source("raw", "qianfan__items") }}),

    renamed as (
        select
            {{ row_keys() }},
            period_from,
            period_to,
            item_id,
            item_name,
            operation_mode,
            carrier,
            is_channel_item,
            category_l1,
            category_l2,
            brand,
            item_visitors,
            item_page_views,
            add_to_cart_users,
            add_to_cart_units,
            wishlist_users,
            paid_gmv,
            buyers,
            orders,
            units,
            refund_amount_by_refund_time,
            refund_buyers_by_refund_time,
            refund_orders_by_refund_time,
            refund_amount_by_pay_time,
            refund_orders_by_pay_time,
            refund_rate_before_shipping_by_pay_time,
            refund_rate_after_shipping_by_pay_time,
            net_paid_gmv_by_pay_time,
            shop_id,
            shop_name
        from source
    )

select *
from renamed
