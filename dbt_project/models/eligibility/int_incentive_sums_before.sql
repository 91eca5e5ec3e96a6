{% set running = "partition by merchant_id order by day, is_day" %}
{% set before = "partition by merchant_id order by mark_number rows between unbounded preceding and 1 preceding" %}

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

    numbered as (
        select
            *,
            count(*) filter (where is_day = 0) over (
                {{ running }} rows between unbounded preceding and current row
            ) as mark_number
        from steps
    ),

    -- first from mark to mark, for a sum by groups is cheaper than a running one
    between_marks as (
        select
            merchant_id,
            mark_number,
            min(day) as day,
            {% for metric in incentive_metrics() %}
                sum({{ metric.name }}) as {{ metric.name }},
            {% endfor %}
            {% for coverage in incentive_coverages() %}
                count({{ coverage }}_days) as {{ coverage }}_days
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from numbered
        where mark_number > 0
        group by merchant_id, mark_number
    ),

    final as (
        select
            merchant_id,
            day,
            {% for metric in incentive_metrics() %}
                cast(
                    coalesce(sum({{ metric.name }}) over ({{ before }}), 0) as {{ metric.type }}
                ) as {{ metric.name }},
            {% endfor %}
            {% for coverage in incentive_coverages() %}
                cast(
                    coalesce(sum({{ coverage }}_days) over ({{ before }}), 0) as integer
                ) as {{ coverage }}_days
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from between_marks
    )

select *
from final
