{% set key = ["merchant_id", "stat_date"] %}

{{
    restated(
        rows="stg_qianfan__shop_days",
        key=key,
        sources=[var("shop_days_source")],
    )
}}

with
    rows as ({{ touched_rows(ref("stg_qianfan__shop_days"), key) }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected_rows as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("shop_days_source") }}'
    ),

    standing_rows as ({{ standing_rows(["shop_id", "stat_date"]) }}),

    final as (
        select
            merchant_id,
            file_sha256,
            row_number,
            shop_id,
            stat_date,
            paid_gmv,
            orders,
            refund_amount
        from standing_rows
    )

select *
from final
