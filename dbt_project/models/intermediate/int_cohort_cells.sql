with
    customers as (select * from {{ ref("int_customers") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    cohorts as (
        select
            merchant_id,
            cohort_month,
            count(*) as cohort_size,
            min(first_paid_date) as first_day,
            max(first_paid_date) as last_day
        from customers
        group by merchant_id, cohort_month
    ),

    known_cohorts as (
        select
            merchant_id,
            cohorts.cohort_month,
            cohorts.cohort_size,
            cohorts.first_day,
            cohorts.last_day,
            histories.last_order_day,
            {{ is_history_complete("cohorts.cohort_month") }} as is_history_complete
        from cohorts
        inner join histories using (merchant_id)
    ),

    month_cells as (
        select
            *,
            'month' as clock,
            {{ each_number(month_index("last_order_day") ~ " - " ~ month_index("cohort_month")) }}
            as cell_number
        from known_cohorts
        where last_order_day >= cohort_month
    ),

    age_cells as (
        select
            *,
            '30d' as clock,
            {{
                each_number(
                    "cast(floor("
                    ~ days_between("first_day", "last_order_day")
                    ~ " / 30) as bigint)",
                )
            }} as cell_number
        from known_cohorts
        where last_order_day >= first_day
    ),

    final as (
        select
            merchant_id,
            clock,
            cohort_month,
            cell_number,
            cohort_size,
            {{ add_months("cohort_month", "cell_number") }} as span_start,
            {{ add_days(add_months("cohort_month", "cell_number + 1"), -1) }} as span_end,
            cohort_month as cumulative_start,
            is_history_complete
        from month_cells
        union all
        select
            merchant_id,
            clock,
            cohort_month,
            cell_number,
            cohort_size,
            -- the oldest member enters the span first, the youngest leaves it last
            {{ add_days("first_day", "30 * cell_number") }},
            {{ add_days("last_day", "30 * cell_number + 29") }},
            first_day,
            is_history_complete
        from age_cells
    )

select *
from final
