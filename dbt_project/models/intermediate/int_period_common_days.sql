with
    -- where both periods are wholly known, growth as it is says the same
    pairs as (select * from {{ ref("int_period_pairs") }} where not has_same_days),

    period_days as (select * from {{ ref("int_period_days") }}),

    -- what the orders say and what the advertising says are compared over days of their own
    covered_days as (
        {% for basis in ["orders", "ads"] %}
            select *, '{{ basis }}' as basis
            from period_days
            where {{ basis }}_covered
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    common_days as (
        select
            pairs.merchant_id,
            pairs.period_type,
            pairs.period_start,
            pairs.comparison,
            value_days.basis,
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
            and value_days.basis = base_days.basis
        union all
        select
            pairs.merchant_id,
            pairs.period_type,
            pairs.period_start,
            pairs.comparison,
            value_days.basis,
            value_days.day,
            base_days.day
        from pairs
        inner join
            covered_days as value_days
            on pairs.merchant_id = value_days.merchant_id
            and pairs.period_type = value_days.period_type
            and pairs.period_start = value_days.period_start
        inner join
            covered_days as base_days
            on value_days.merchant_id = base_days.merchant_id
            and value_days.period_type = base_days.period_type
            and value_days.basis = base_days.basis
            and {{ add_days("value_days.day", "-1 * pairs.shift_days") }} = base_days.day
    ),

    final as (
        {% for side in ["value", "base"] %}
            select
                merchant_id,
                period_type,
                period_start,
                comparison,
                basis,
                '{{ side }}' as side,
                {{ side }}_day as day
            from common_days
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from final
