with
    standing_rows as (select * from {{ ref("int_item_rows") }}),

    -- the same item may be exported with and without its shop
    marked_rows as (
        select
            *,
            bool_or(shop_id is not null) over (
                partition by merchant_id, item_id, period_from
            ) as is_named
        from standing_rows
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
        from marked_rows
        where shop_id is not null or not is_named
        group by merchant_id, period_from
    )

select *
from final
