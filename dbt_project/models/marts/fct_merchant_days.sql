with
    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    final as (
        select
            merchant_id,
            merchant_days.day,
            merchant_days.order_count,
            merchant_days.gmv,
            merchant_days.anonymous_order_count,
            merchant_days.anonymous_gmv,
            merchant_days.refund_amount,
            cast(merchant_days.gmv - merchant_days.refund_amount as decimal(18, 2)) as net_gmv,
            merchant_days.refund_amount_by_refund_date,
            merchant_days.active_customers,
            merchant_days.new_customers,
            merchant_days.active_customers - merchant_days.new_customers as returning_customers,
            merchant_days.ad_spend,
            merchant_days.impressions,
            merchant_days.clicks,
            merchant_days.interactions,
            merchant_days.ad_gmv_paid_7d_by_click,
            {{ is_history_complete("merchant_days.day") }} as is_history_complete,
            merchant_days.orders_covered,
            case
                when histories.expects_aftersales then merchant_days.aftersales_covered
            end as aftersales_covered,
            case when histories.expects_ads then merchant_days.ads_covered end as ads_covered,
            merchant_days.orders_covered as is_complete
        from merchant_days
        inner join histories using (merchant_id)
    )

select *
from final
