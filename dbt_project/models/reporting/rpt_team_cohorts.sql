with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchant_cohorts as (select * from {{ ref("fct_merchant_cohorts") }} where industry = 'all'),

    months as (select week, {{ newest_whole_month("week") }} as month from weeks),

    cells as (
        select
            months.week,
            months.month,
            merchant_cohorts.*,
            {{ add_months("joined_month", "month_number") }} = months.month as is_month
        from months
        inner join merchant_cohorts on merchant_cohorts.joined_month <= months.month
    ),

    -- a cohort of which nobody knows the month has its merchants still
    currencies as (
        select
            week,
            month,
            joined_month,
            currency,
            max(merchants) as merchants,
            max(known_merchants) filter (where is_month) as known_merchants,
            max(active_merchants) filter (where is_month) as active_merchants
        from cells
        group by week, month, joined_month, currency
    ),

    final as (
        select
            week,
            month,
            joined_month,
            cast(sum(merchants) as bigint) as merchants,
            cast(coalesce(sum(known_merchants), 0) as bigint) as known_merchants,
            cast(sum(active_merchants) as bigint) as active_merchants
        from currencies
        group by week, month, joined_month
    )

select *
from final
