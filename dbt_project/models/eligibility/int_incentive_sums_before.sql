{% set running = "partition by merchant_id order by day, is_day" %}

with
    marks as (select * from {{ ref("int_incentive_marks") }}),

    days as (select * from {{ ref("int_incentive_days") }}),

    bounds as (select min(day) as first_day, max(day) as end_day from marks),

    -- a mark stands before the figures of its own day
    steps as (
        select
            merchant_id,
            day,
            0 as is_day,
            {% for metric in incentive_metrics() %}
                cast(null as {{ metric.type }}) as {{ metric.name }},
            {% endfor %}
            {% for coverage in incentive_coverages() %}
                cast(null as integer) as {{ coverage }}_days {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from marks
        union all
        select
            merchant_id,
            day,
            1,
            {% for metric in incentive_metrics() %} {{ metric.name }}, {% endfor %}
            {% for coverage in incentive_coverages() %}
                case when {{ coverage }}_covered then 1 end {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from days
        inner join bounds on day >= bounds.first_day and day < bounds.end_day
    ),

    summed as (
        select
            merchant_id,
            day,
            is_day,
            {% for metric in incentive_metrics() %}
                cast(
                    coalesce(
                        sum({{ metric.name }}) over (
                            {{ running }} rows between unbounded preceding and current row
                        ),
                        0
                    ) as {{ metric.type }}
                ) as {{ metric.name }},
            {% endfor %}
            {% for coverage in incentive_coverages() %}
                cast(
                    count({{ coverage }}_days) over (
                        {{ running }} rows between unbounded preceding and current row
                    ) as integer
                ) as {{ coverage }}_days
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from steps
    ),

    final as (select * from summed where is_day = 0)

select *
from final
