{% set keys = ["merchant_id", "clock", "cohort_month", "cell_number"] %}

with
    cells as (select * from {{ ref("int_cohort_cells") }}),

    activity as (select * from {{ ref("int_cohort_activity") }}),

    covered_days as (
        select merchant_id, day
        from {{ ref("int_coverage_days") }}
        where source = '{{ var("orders_source") }}'
    ),

    coverage as (
        select
            {{ keys | join(", ") }},
            count(*) filter (where covered_days.day >= cells.span_start) as days_covered,
            count(*) as cumulative_days_covered
        from cells
        inner join covered_days using (merchant_id)
        where covered_days.day between cells.cumulative_start and cells.span_end
        group by {{ keys | join(", ") }}
    ),

    figures as (
        select
            *,
            {{ days_between("span_start", "span_end") }} + 1 as span_days,
            {{ days_between("cumulative_start", "span_end") }} + 1 as cumulative_span_days,
            coalesce(days_covered, 0) > 0 as is_known
        from cells
        left join coverage using ({{ keys | join(", ") }})
        left join activity using ({{ keys | join(", ") }})
    ),

    final as (
        select
            {{ keys | join(", ") }},
            cohort_size,
            case when is_known then coalesce(active_customers, 0) end as active_customers,
            case when is_known then coalesce(order_count, 0) end as order_count,
            cast(case when is_known then coalesce(gmv, 0) end as decimal(18, 2)) as gmv,
            cast(
                sum(coalesce(gmv, 0)) over (
                    partition by merchant_id, clock, cohort_month order by cell_number
                ) as decimal(18, 2)
            ) as cumulative_gmv,
            is_history_complete,
            coalesce(days_covered = span_days, false) as is_complete,
            coalesce(
                cumulative_days_covered = cumulative_span_days, false
            ) as is_cumulative_complete
        from figures
    )

select *
from final
