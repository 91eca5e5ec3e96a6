with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    spans as (
        select
            week,
            as_of,
            'week' as period,
            week as period_start,
            {{ add_days("week", -7) }} as base_period_start
        from weeks
        union all
        select
            week,
            as_of,
            'month_to_date',
            {{ period_start("month", "as_of") }},
            {{ add_months(period_start("month", "as_of"), -1) }}
        from weeks
    ),

    measured_spans as (
        select *, {{ days_between("period_start", "as_of") }} + 1 as days_in_period from spans
    ),

    final as (
        select
            merchants.merchant_id,
            measured_spans.week,
            measured_spans.period,
            measured_spans.period_start,
            measured_spans.as_of as period_end,
            measured_spans.base_period_start,
            -- a short month before has fewer days to compare with
            least(
                {{ add_days("base_period_start", "days_in_period - 1") }},
                {{ add_days("period_start", -1) }}
            ) as base_period_end,
            measured_spans.days_in_period
        from merchants
        cross join measured_spans
    )

select *
from final
