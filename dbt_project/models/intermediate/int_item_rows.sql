{% set key = ["merchant_id", "period_from"] %}

{{
    restated(
        rows="stg_qianfan__items",
        key=key,
        sources=[var("items_source")],
    )
}}

with
    -- ways of selling and carriers are parts of the rows over all of them
    rows as (
        select *
        from ({{ touched_rows(ref("stg_qianfan__items"), key) }}) as touched_rows
        where
            operation_mode = '全部'
            and carrier = '全部'
            and period_from = {{ period_start("week", "period_from") }}
            and period_to = {{ add_days("period_from", 6) }}
    ),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected_rows as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("items_source") }}'
    ),

    standing_rows as (
        {{
            standing_rows(
                ["shop_id", "item_id", "operation_mode", "carrier", "period_from", "period_to"]
            )
        }}
    ),

    final as (
        select
            merchant_id,
            file_sha256,
            row_number,
            shop_id,
            item_id,
            period_from,
            paid_gmv,
            refund_amount_by_pay_time,
            refund_amount_by_refund_time
        from standing_rows
    )

select *
from final
