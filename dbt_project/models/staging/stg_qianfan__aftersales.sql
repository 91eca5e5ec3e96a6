with
    source as (select * from {{ source("raw", "qianfan__aftersales") }}),

    renamed as (
        select
            merchant_id,
            _file_sha256 as file_sha256,
            _row_number as row_number,
            _layout_revision as layout_revision,
            _reader_revision as reader_revision,
            _effective_at as effective_at,
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
