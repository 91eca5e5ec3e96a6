with
    refunds as (select * from {{ ref("int_refunds") }}),

    final as (
        select
            merchant_id,
            refund_id,
            order_id,
            aftersale_id,
            amount,
            paid_date,
            refund_date,
            is_derived,
            file_sha256
        from refunds
    )

select *
from final
