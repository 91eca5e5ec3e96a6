with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    customers as (select * from {{ ref("int_customers") }}),

    covered_days as (
        select merchant_id, day from {{ ref("int_merchant_days") }} where orders_covered
    ),

    -- six cohorts are what a telephone can show side by side
    cohorts as (
        select
            merchants.merchant_id,
            weeks.week,
            weeks.as_of,
            customers.cohort_month,
            count(*) as cohort_size
        from customers
        inner join merchants on customers.merchant_id = merchants.merchant_id
        inner join
            weeks
            on customers.first_paid_date <= weeks.as_of
            and customers.cohort_month >= {{ add_months(period_start("month", "weeks.as_of"), -5) }}
        group by merchants.merchant_id, weeks.week, weeks.as_of, customers.cohort_month
    ),

    cells as (
        select
            *,
            {{ each_number(month_index("as_of") ~ " - " ~ month_index("cohort_month")) }}
            as month_number
        from cohorts
    ),

    dated_cells as (
        select
            *,
            {{ add_months("cohort_month", "month_number") }} as month_start,
            {{ add_days(add_months("cohort_month", "month_number + 1"), -1) }} as month_end
        from cells
    ),

    coverage as (
        select
            dated_cells.merchant_id,
            dated_cells.week,
            dated_cells.cohort_month,
            dated_cells.month_number,
            count(*) as days_covered
        from dated_cells
        inner join
            covered_days
            on dated_cells.merchant_id = covered_days.merchant_id
            and covered_days.day
            between dated_cells.month_start and least(dated_cells.month_end, dated_cells.as_of)
        group by
            dated_cells.merchant_id,
            dated_cells.week,
            dated_cells.cohort_month,
            dated_cells.month_number
    ),

    final as (
        select
            merchant_id,
            week,
            as_of,
            cohort_month,
            month_number,
            cohort_size,
            coalesce(days_covered, 0) as days_covered,
            {{ days_between("month_start", "month_end") }} + 1 as days_in_month
        from dated_cells
        left join coverage using (merchant_id, week, cohort_month, month_number)
    )

select *
from final
