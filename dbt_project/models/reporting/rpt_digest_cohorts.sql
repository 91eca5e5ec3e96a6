{% set keys = ["merchant_id", "week", "cohort_month", "month_number"] %}

with
    cells as (select * from {{ ref("int_digest_cohort_cells") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    -- distinct rows go to the disk where counts of distinct values would have to stay in memory
    active_customers as (
        select distinct {{ keys | join(", ") }}, customer_days.customer_key
        from cells
        inner join customer_days using (merchant_id, cohort_month)
        where
            customer_days.day <= cells.as_of
            and cells.month_number
            = {{ month_index("customer_days.day") }} - {{ month_index("cohort_month") }}
    ),

    activity as (
        select {{ keys | join(", ") }}, count(*) as active_customers
        from active_customers
        group by {{ keys | join(", ") }}
    ),

    figures as (
        select
            *, case when days_covered > 0 then coalesce(active_customers, 0) end as known_customers
        from cells
        left join activity using ({{ keys | join(", ") }})
    ),

    final as (
        select
            {{ keys | join(", ") }},
            figures.cohort_size,
            figures.known_customers as active_customers,
            {{ safe_divide("figures.known_customers", "figures.cohort_size") }} as retention_rate,
            {{ is_history_complete("figures.cohort_month") }} as is_history_complete,
            figures.days_covered = figures.days_in_month as is_complete
        from figures
        left join histories using (merchant_id)
    )

select *
from final
