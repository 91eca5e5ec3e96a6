with
    figures as (select * from {{ ref("stg_seedbed__issued_figures") }} where period = 'cohort'),

    covered_days as (
        select merchant_id, day from {{ ref("int_merchant_days") }} where orders_covered
    ),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    -- named like cohort/2024-05/1/active_customers
    named as (
        select
            *,
            cast(concat(split_part(figure, '/', 2), '-01') as date) as cohort_month,
            cast(split_part(figure, '/', 3) as integer) as month_number
        from figures
    ),

    cells as (
        select
            *,
            {{ add_months("cohort_month", "month_number") }} as period_start,
            least(
                {{ add_days(add_months("cohort_month", "month_number + 1"), -1) }},
                {{ add_days("week", 6) }}
            ) as period_end
        from named
    ),

    covered as (
        select distinct cells.figure_id
        from cells
        inner join
            covered_days
            on cells.merchant_id = covered_days.merchant_id
            and covered_days.day between cells.period_start and cells.period_end
    ),

    active as (
        select cells.figure_id, count(distinct customer_days.customer_key) as active_customers
        from cells
        inner join
            customer_days
            on cells.merchant_id = customer_days.merchant_id
            and cells.cohort_month = customer_days.cohort_month
            and customer_days.day between cells.period_start and cells.period_end
        group by cells.figure_id
    ),

    final as (
        select
            cells.figure_id,
            cells.period_start,
            cells.period_end,
            cast(
                case
                    when covered.figure_id is not null then coalesce(active.active_customers, 0)
                end as decimal(18, 2)
            ) as value
        from cells
        left join covered on cells.figure_id = covered.figure_id
        left join active on cells.figure_id = active.figure_id
    )

select *
from final
