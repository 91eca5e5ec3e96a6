with
    day_rules as (select * from {{ ref("int_incentive_day_rules") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    sums_before as (select * from {{ ref("int_incentive_sums_before") }}),

    joining as (
        select sums_before.*
        from merchants
        inner join
            sums_before on merchants.merchant_id = sums_before.merchant_id and joined_on = day
    ),

    final as (
        select
            day_rules.*,
            case
                -- of a window that has not begun nothing is unknown
                when
                    {{ is_history_complete("period_from") }}
                    or metric <> 'new_customers'
                    or (role = 'goal' and period_from = period_to)
                then
                    case
                        metric
                        {% for metric in incentive_metrics() %}
                            when '{{ metric.name }}'
                            then
                                cast(
                                    ending.{{ metric.name }}
                                    - beginning.{{ metric.name }} as decimal(20, 4)
                                )
                        {% endfor %}
                    end
            end as known_value,
            -- days before the merchant joined need no export
            case
                when period_from is not null
                then
                    greatest({{ days_between("greatest(period_from, joined_on)", "period_to") }}, 0)
            end as days_needed,
            {% for coverage in ["orders", "aftersales"] %}
                {{ covered_days(coverage) }} as {{ coverage }}_days,
            {% endfor %}
            case
                coverage
                {% for coverage in incentive_coverages() %}
                    when '{{ coverage }}' then {{ covered_days(coverage) }}
                {% endfor %}
            end as days_known,
            case
                coverage
                {% for coverage in incentive_coverages() %}
                    when '{{ coverage }}'
                    then ending.{{ coverage }}_days - beginning.{{ coverage }}_days
                {% endfor %}
            end as days_covered
        from day_rules
        left join
            sums_before as beginning
            on day_rules.merchant_id = beginning.merchant_id
            and period_from = beginning.day
        left join
            sums_before as ending
            on day_rules.merchant_id = ending.merchant_id
            and period_to = ending.day
        left join joining on day_rules.merchant_id = joining.merchant_id
        left join histories on day_rules.merchant_id = histories.merchant_id
    )

select *
from final
