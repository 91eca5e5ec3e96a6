{{
    config(
        meta={
            "description": "Spend of the cuts that give account totals is that of days, weeks and months, to the cent.",
            "dagster": {"ref": {"name": "fct_ad_days"}},
        }
    )
}}

with
    days as (select * from {{ ref("fct_merchant_days") }} where ad_spend is not null),

    spent as (
        select days.merchant_id, coalesce(sum(spend), 0) as ad_spend
        from days
        left join
            (select * from {{ ref("fct_ad_days") }} where is_account_total) as ad_days
            on days.merchant_id = ad_days.merchant_id
            and days.day = ad_days.day
        group by days.merchant_id
    ),

    totals as ({{ sums_by_mart(["ad_spend"]) }})

select *
from totals
inner join spent using (merchant_id)
where totals.ad_spend is distinct from spent.ad_spend
