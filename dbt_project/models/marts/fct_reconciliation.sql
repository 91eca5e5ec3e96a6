with
    periods as (select * from {{ ref("int_periods") }} where period_type = 'week'),

    shop_weeks as (select * from {{ ref("int_reconciliation") }}),

    item_weeks as (select * from {{ ref("int_item_weeks") }}),

    final as (
        select
            periods.merchant_id,
            periods.period_start as week,
            shop_weeks.gmv,
            shop_weeks.platform_gmv,
            shop_weeks.gmv_difference,
            shop_weeks.gmv_uncovered_days,
            shop_weeks.gmv_quarantined,
            shop_weeks.gmv_cancelled_after_payment,
            shop_weeks.gmv_other,
            shop_weeks.order_count,
            shop_weeks.platform_order_count,
            shop_weeks.order_count_difference,
            shop_weeks.order_count_uncovered_days,
            shop_weeks.order_count_quarantined,
            shop_weeks.order_count_cancelled_after_payment,
            shop_weeks.order_count_other,
            shop_weeks.refund_amount,
            shop_weeks.platform_refund_amount,
            shop_weeks.refund_difference,
            shop_weeks.refund_basis,
            shop_weeks.refund_other,
            item_weeks.gmv as item_gmv,
            cast(item_weeks.gmv - periods.gmv as decimal(18, 2)) as item_gmv_difference,
            item_weeks.refund_amount as item_refund_amount,
            cast(
                item_weeks.refund_amount - periods.refund_amount as decimal(18, 2)
            ) as item_refund_difference,
            coalesce(shop_weeks.days_told, 0) as platform_days_covered,
            coalesce(shop_weeks.days_compared, 0) as days_compared,
            periods.days_in_period,
            coalesce(shop_weeks.days_compared = periods.days_in_period, false) as is_complete
        from periods
        left join
            shop_weeks
            on periods.merchant_id = shop_weeks.merchant_id
            and periods.period_start = shop_weeks.week
        left join
            item_weeks
            on periods.merchant_id = item_weeks.merchant_id
            and periods.period_start = item_weeks.week
    )

select *
from final
