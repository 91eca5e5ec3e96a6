with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    merchant_weeks as (select * from {{ ref("fct_merchant_weeks") }}),

    trailing_weeks as (select week, {{ each_number(12) }} as weeks_back from weeks),

    spine as (
        select
            merchants.merchant_id,
            trailing_weeks.week,
            {{ add_days("trailing_weeks.week", "-7 * trailing_weeks.weeks_back") }} as trailing_week
        from merchants
        cross join trailing_weeks
    ),

    final as (
        select
            spine.merchant_id,
            spine.week,
            spine.trailing_week,
            merchant_weeks.gmv,
            merchant_weeks.order_count,
            coalesce(merchant_weeks.is_complete, false) as is_complete,
            merchant_weeks.promotion,
            merchant_weeks.promotion_base_start,
            merchant_weeks.gmv_promo_yoy,
            merchant_weeks.order_count_promo_yoy
        from spine
        left join
            merchant_weeks
            on spine.merchant_id = merchant_weeks.merchant_id
            and spine.trailing_week = merchant_weeks.week
    )

select *
from final
