with
    periods as (select * from {{ ref("int_periods") }}),

    promotion_weeks as (select * from {{ ref("int_promotion_weeks") }}),

    previous_pairs as (
        select
            periods.merchant_id,
            periods.period_type,
            periods.period_start,
            'previous' as comparison,
            bases.period_start as base_period_start,
            cast(null as bigint) as shift_days,
            {{ has_same_days("periods", "bases") }} as has_same_days
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
            bases.period_start as base_period_start,
            cast(null as bigint) as shift_days,
            {{ has_same_days("periods", "bases") }} as has_same_days
        from periods
        inner join
            periods as bases
            on periods.merchant_id = bases.merchant_id
            and periods.period_type = bases.period_type
            and periods.period_year - 1 = bases.period_year
            and periods.period_number = bases.period_number
    ),

    -- days of a promotion are lined up by its main day, whatever weekday that was
    promotion_pairs as (
        select
            periods.merchant_id,
            periods.period_type,
            periods.period_start,
            'promotion' as comparison,
            cast(null as date) as base_period_start,
            promotion_weeks.shift_days,
            false as has_same_days
        from periods
        inner join promotion_weeks on periods.period_start = promotion_weeks.week
        where periods.period_type = 'week' and promotion_weeks.shift_days is not null
    ),

    final as (
        select *
        from previous_pairs
        union all
        select *
        from year_ago_pairs
        union all
        select *
        from promotion_pairs
    )

select *
from final
