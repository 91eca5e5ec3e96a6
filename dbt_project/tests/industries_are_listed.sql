{{
    config(
        severity="warn",
        meta={
            "description": "Industries of the register are in the tree of advertising industries, once the rulebook has one.",
            "dagster": {"ref": {"name": "dim_categories"}},
        },
    )
}}

with
    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    industries as (select * from {{ ref("dim_categories") }} where taxonomy = 'ad_industry'),

    listed as (
        select merchants.merchant_id
        from merchants
        inner join
            industries
            on (merchants.industry_l2 is null and merchants.industry_l1 = industries.name)
            or (
                merchants.industry_l2 = industries.name
                and merchants.industry_l1 = industries.parent
            )
    )

select merchant_id, industry_l1, industry_l2
from merchants
where
    industry_l1 is not null
    and exists (select 1 from industries)
    and merchant_id not in (select merchant_id from listed)
