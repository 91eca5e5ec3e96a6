with
    cohorts as (select * from {{ ref("int_merchant_cohorts") }}),

    final as (
        select
            joined_month,
            industry,
            currency,
            month_number,
            merchants,
            known_merchants,
            active_merchants,
            gmv,
            ad_spend,
            {{ safe_divide("active_merchants", "merchants") }} as retention_rate,
            is_complete
        from cohorts
    )

select *
from final
