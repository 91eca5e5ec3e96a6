with
    pairs as (select * from {{ ref("int_period_pairs") }}),

    covered_days as (select * from {{ ref("int_period_days") }} where orders_covered),

    common_days as (
        select
            pairs.merchant_id,
            pairs.period_type,
            pairs.period_start,
            pairs.comparison,
            value_days.day as value_day,
            base_days.day as base_day
        from pairs
        inner join
            covered_days as value_days
            on pairs.merchant_id = value_days.merchant_id
            and pairs.period_type = value_days.period_type
            and pairs.period_start = value_days.period_start
        inner join
            covered_days as base_days
            on pairs.merchant_id = base_days.merchant_id
            and pairs.period_type = base_days.period_type
            and pairs.base_period_start = base_days.period_start
            and value_days.day_position = base_days.day_position
    ),

    final as (
        select merchant_id, period_type, period_start, comparison, 'value' as side, value_day as day
        from common_days
        union all
        select merchant_id, period_type, period_start, comparison, 'base', base_day
        from common_days
    )

select *
from final
