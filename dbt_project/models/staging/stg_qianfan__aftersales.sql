with
    source as (select * from {{ source("raw", "qianfan__aftersales") }}),

    renamed as (
        select
            {{ row_keys() }},
            aftersale_id,
            order_id,
            item_name,
            aftersale_type,
            aftersale_reason,
            aftersale_status,
            requested_refund_amount,
            refund_amount,
            order_paid_at,
            aftersale_created_at,
            seller_confirmed_at,
            refunded_at,
            shop_id,
            shop_name
        from source
    )

select *
from renamed
