{% set key = ["merchant_id", "aftersale_id"] %}

{{
    restated(
        rows="stg_qianfan__aftersales",
        key=key,
        sources=[var("aftersales_source")],
    )
}}

with
    rows as ({{ touched_rows(ref("stg_qianfan__aftersales"), key) }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected_rows as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("aftersales_source") }}'
    ),

    standing_rows as ({{ standing_rows(["aftersale_id"]) }}),

    final as (
        select
            merchant_id,
            aftersale_id,
            file_sha256,
            max(order_id) as order_id,
            max(aftersale_status) as aftersale_status,
            cast(
                sum(coalesce(refund_amount, requested_refund_amount, 0)) as decimal(18, 2)
            ) as amount,
            {{ business_date("min(order_paid_at)") }} as order_paid_date,
            {{
                business_date(
                    "coalesce(max(refunded_at), max(seller_confirmed_at), min(aftersale_created_at))"
                )
            }}
            as refund_date,
            bool_or(
                (aftersale_status like '%完成%' or aftersale_status like '%成功%')
                and aftersale_status not like '%未%'
            ) as is_successful
        from standing_rows
        group by merchant_id, aftersale_id, file_sha256
    )

select *
from final
