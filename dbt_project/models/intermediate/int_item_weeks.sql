with
    rows as (select * from {{ ref("stg_qianfan__items") }}),

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

    -- ways of selling and carriers are parts of the rows over all of them
    totals as (
        select
            *,
            bool_or(shop_id is not null) over (
                partition by merchant_id, item_id, period_from
            ) as is_named
        from standing_rows
        where
            operation_mode = '全部'
            and carrier = '全部'
            and period_from = {{ period_start("week", "period_from") }}
            and period_to = {{ add_days("period_from", 6) }}
    ),

    final as (
        select
            merchant_id,
            period_from as week,
            cast(sum(paid_gmv) as decimal(18, 2)) as gmv,
            cast(sum(refund_amount_by_pay_time) as decimal(18, 2)) as refund_amount,
            cast(
                sum(refund_amount_by_refund_time) as decimal(18, 2)
            ) as refund_amount_by_refund_date
        from totals
        where shop_id is not null or not is_named
        group by merchant_id, period_from
    )

select *
from final
