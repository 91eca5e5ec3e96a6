with
    periods as (select * from {{ ref("int_digest_periods") }}),

    covered_days as (
        select merchant_id, day from {{ ref("int_merchant_days") }} where orders_covered
    ),

    side_days as (
        select
            merchant_id,
            week,
            period,
            'value' as side,
            period_start,
            {{ each_day("period_start", "period_end") }} as day
        from periods
        union all
        select
            merchant_id,
            week,
            period,
            'base' as side,
            base_period_start,
            {{ each_day("base_period_start", "base_period_end") }}
        from periods
    ),

    known_days as (
        select side_days.*, {{ days_between("period_start", "day") }} as day_position
        from side_days
        inner join covered_days using (merchant_id, day)
    ),

    common_positions as (
        select merchant_id, week, period, day_position
        from known_days
        group by merchant_id, week, period, day_position
        having count(*) = 2
    ),

    final as (
        select merchant_id, week, period, side, 'all' as basis, period_start, day
        from known_days
        union all
        select merchant_id, week, period, side, 'like_for_like', period_start, day
        from known_days
        inner join common_positions using (merchant_id, week, period, day_position)
    )

select *
from final
