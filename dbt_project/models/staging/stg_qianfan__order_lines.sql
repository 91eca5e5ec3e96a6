with
    source as (select * from {{ source("raw", "qianfan__orders") }}),

    renamed as (
        select
            {{ row_keys() }},
            order_id,
            order_status,
            aftersale_status,
            created_at,
            paid_at,
            promised_ship_at,
            shipped_at,
            completed_at,
            item_name,
            sku_name,
            sku_spec,
            merchant_sku,
            xhs_sku,
            quantity,
            line_list_amount,
            buyer_payable_amount,
            paid_amount,
            customer_key,
            order_tags,
            order_type,
            exception_reason,
            kol_name,
            shop_id,
            shop_name
        from source
    )

select *
from renamed
