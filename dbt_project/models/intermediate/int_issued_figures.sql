{% set keys = ["merchant_id", "week", "period", "period_start"] %}

with
    -- a correction tells a figure a second time
    figures as (
        select distinct figure_id, merchant_id, week, period, figure
        from {{ ref("stg_seedbed__issued_figures") }}
        where period in ('week', 'month_to_date')
    ),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    spans as (
        select distinct
            merchant_id,
            week,
            period,
            case
                period when 'week' then week else {{ period_start("month", add_days("week", 6)) }}
            end as period_start,
            {{ add_days("week", 6) }} as period_end
        from figures
    ),

    span_days as (
        select {{ keys | join(", ") }}, {{ each_day("period_start", "period_end") }} as day
        from spans
    ),

    period_days as (
        select span_days.*
        from span_days
        inner join merchant_days using (merchant_id, day)
        where merchant_days.orders_covered
    ),

    totals as ({{ period_totals(keys) }}),

    customers as ({{ period_customers(keys) }}),

    measured as ({{ digest_figures(keys) }}),

    final as (
        select
            figures.figure_id,
            spans.period_start,
            spans.period_end,
            {{ digest_figure("measured") }} as value
        from figures
        inner join spans using (merchant_id, week, period)
        left join measured using (merchant_id, week, period)
    )

select *
from final
