with
    rows as (select * from {{ ref("stg_seedbed__incentive_grants") }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected_rows as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = 'seedbed__incentive_grants'
    ),

    standing_rows as ({{ standing_rows(["grant_id"]) }}),

    final as (
        select
            merchant_id,
            grant_id,
            programme_name,
            shop_id,
            {{ business_date("granted_at") }} as day,
            granted_at,
            valid_from,
            valid_to,
            -- the words of the template, as the rulebook says them
            case
                grant_unit
                when '曝光'
                then 'exposures'
                when '广告金'
                then 'ad_credit'
                when '优惠券'
                then 'coupon_value'
                when '佣金减免'
                then 'commission_waiver'
                when '服务费减免'
                then 'fee_waiver'
            end as reward_unit,
            cast(granted_quantity as decimal(18, 2)) as granted,
            file_sha256
        from standing_rows
    )

select *
from final
