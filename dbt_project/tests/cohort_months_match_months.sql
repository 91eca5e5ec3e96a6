{{
    config(
        meta={
            "description": "The cohorts active in a calendar month are its active customers, those of month 0 its new ones; cumulative GMV ends at the cohort's GMV.",
            "dagster": {"ref": {"name": "fct_customer_cohorts"}},
        }
    )
}}

with
    cohorts as (
        select
            *,
            {{ add_months("cohort_month", "month_number") }} as month,
            sum(gmv) over (
                partition by merchant_id, cohort_month order by month_number
            ) as known_gmv
        from {{ ref("fct_customer_cohorts") }}
    ),

    totals as (
        select
            merchant_id,
            month,
            sum(active_customers) as active_customers,
            sum(active_customers) filter (where month_number = 0) as new_customers,
            count(*) filter (where cumulative_gmv <> known_gmv) as wrong_cells
        from cohorts
        group by merchant_id, month
    )

select *
from totals
inner join {{ ref("fct_merchant_months") }} as months using (merchant_id, month)
where
    totals.active_customers <> months.active_customers
    or coalesce(totals.new_customers, 0) <> months.new_customers
    or totals.wrong_cells > 0
