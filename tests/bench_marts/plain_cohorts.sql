-- Cohorts of customers by month and by age, from the tables of the other two scripts.

create table cohorts as
with
    sizes as (
        select
            merchant_id, cohort_month, count(*) as cohort_size,
            min(first_paid_date) as first_day, max(first_paid_date) as last_day
        from (
            select
                merchant_id, paid_date as first_paid_date,
                cast(date_trunc('month', paid_date) as date) as cohort_month
            from fct_orders where is_first_order
        ) as firsts
        group by all
    ),
    cells as (
        select *, 'month' as clock,
            cast(cohort_month + to_months(cast(cell as integer)) as date) as span_start,
            cast(cohort_month + to_months(cast(cell + 1 as integer)) - interval 1 day as date)
                as span_end,
            cohort_month as cumulative_start
        from (
            select *, unnest(range(datediff('month', cohort_month, last_order_day) + 1)) as cell
            from sizes inner join spans using (merchant_id) where last_order_day >= cohort_month
        ) as month_cells
        union all by name
        select *, '30d' as clock, first_day_of_cohort + cast(30 * cell as integer) as span_start,
            last_day_of_cohort + cast(30 * cell + 29 as integer) as span_end,
            first_day_of_cohort as cumulative_start
        from (
            select sizes.* exclude (first_day, last_day), sizes.first_day as first_day_of_cohort,
                sizes.last_day as last_day_of_cohort, last_order_day, is_known, warm_up_ends_on,
                unnest(range((last_order_day - sizes.first_day) // 30 + 1)) as cell
            from sizes inner join spans using (merchant_id)
            where last_order_day >= sizes.first_day
        ) as age_cells
    ),
    activity as (
        select
            merchant_id, clock, cohort_month, cell,
            count(distinct customer_key) as active_customers, sum(order_count) as order_count,
            sum(gmv) as gmv
        from (
            select *, 'month' as clock, datediff('month', cohort_month, day) as cell
            from customer_days
            union all
            select *, '30d', (day - first_paid_date) // 30 from customer_days
        ) as clocked
        group by all
    ),
    covered as (
        select
            merchant_id, clock, cohort_month, cell,
            count(*) filter (where day >= span_start) as days_covered,
            count(*) as cumulative_days_covered
        from cells
        inner join (from fct_coverage where source = 'qianfan__orders') as days using (merchant_id)
        where day between cumulative_start and span_end
        group by all
    )
select
    merchant_id, clock, cohort_month, cell, cohort_size,
    case when days_covered > 0 then coalesce(active_customers, 0) end as active_customers,
    case when days_covered > 0 then coalesce(order_count, 0) end as order_count,
    case when days_covered > 0 then coalesce(gmv, 0) end as gmv,
    sum(coalesce(gmv, 0)) over (
        partition by merchant_id, clock, cohort_month order by cell
    ) as cumulative_gmv,
    active_customers / cohort_size as retention_rate,
    cumulative_gmv / cohort_size as ltv,
    coalesce(is_known or cohort_month >= warm_up_ends_on, false) as is_history_complete,
    coalesce(days_covered = span_end - span_start + 1, false) as is_complete,
    coalesce(cumulative_days_covered = span_end - cumulative_start + 1, false)
        as is_cumulative_complete
from cells
left join covered using (merchant_id, clock, cohort_month, cell)
left join activity using (merchant_id, clock, cohort_month, cell);

create table fct_customer_cohorts as from cohorts where clock = 'month';

create table fct_customer_cohorts_30d as from cohorts where clock = '30d';
