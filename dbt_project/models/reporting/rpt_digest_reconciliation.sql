with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    reconciled_weeks as (select * from {{ ref("int_reconciliation") }}),

    final as (
        select
            merchants.merchant_id,
            weeks.week,
            reconciled_weeks.days_compared,
            merchants.currency,
            reconciled_weeks.gmv,
            reconciled_weeks.platform_gmv,
            reconciled_weeks.gmv_uncovered_days,
            reconciled_weeks.gmv_quarantined,
            reconciled_weeks.gmv_cancelled_after_payment,
            reconciled_weeks.gmv_other
        from reconciled_weeks
        inner join weeks on reconciled_weeks.week = weeks.week
        inner join merchants on reconciled_weeks.merchant_id = merchants.merchant_id
        where reconciled_weeks.gmv_difference is not null
    )

select *
from final
