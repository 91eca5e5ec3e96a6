with
    periods as (select * from {{ ref("int_periods") }}),

    previous_pairs as (
        select
            periods.merchant_id,
            periods.period_type,
            periods.period_start,
            'previous' as comparison,
            bases.period_start as base_period_start
        from periods
        inner join
            periods as bases
            on periods.merchant_id = bases.merchant_id
            and periods.period_type = bases.period_type
            and periods.previous_period_start = bases.period_start
    ),

    -- week 53 finds no partner here, and so has no base
    year_ago_pairs as (
        select
            periods.merchant_id,
            periods.period_type,
            periods.period_start,
            'year_ago' as comparison,
            bases.period_start as base_period_start
        from periods
        inner join
            periods as bases
            on periods.merchant_id = bases.merchant_id
            and periods.period_type = bases.period_type
            and periods.period_year - 1 = bases.period_year
            and periods.period_number = bases.period_number
    ),

    final as (
        select *
        from previous_pairs
        union all
        select *
        from year_ago_pairs
    )

select *
from final
