with
    account_days as (select * from {{ ref("int_ad_account_days") }}),

    final as (
        select
            merchant_id,
            day,
            cast(sum(spend) as decimal(18, 2)) as ad_spend,
            cast(sum(impressions) as bigint) as impressions,
            cast(sum(clicks) as bigint) as clicks,
            cast(sum(interactions) as bigint) as interactions,
            cast(sum(gmv_paid_7d_by_click) as decimal(18, 2)) as ad_gmv_paid_7d_by_click
        from account_days
        group by merchant_id, day
    )

select *
from final
