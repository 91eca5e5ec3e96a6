with
    asked as (
        select distinct merchant_id, coverage, needed_from
        from {{ ref("int_incentive_day_readings") }}
        where days_missing > 0 and role in ('gate', 'goal', 'measure')
    ),

    days as (select * from {{ ref("int_incentive_days") }}),

    -- only of those who miss one, so few as a rule
    covered_days as (
        {% for coverage in incentive_coverages() %}
            select merchant_id, '{{ coverage }}' as coverage, day
            from days
            where
                {{ coverage }}_covered
                and merchant_id in (select merchant_id from asked where coverage = '{{ coverage }}')
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    numbered as (
        select
            *,
            {{
                add_days(
                    "day",
                    "-1 * row_number() over (partition by merchant_id, coverage order by day)",
                )
            }} as run
        from covered_days
    ),

    runs as (
        select merchant_id, coverage, min(day) as first_day, max(day) as last_day
        from numbered
        group by merchant_id, coverage, run
    ),

    final as (
        select
            asked.merchant_id,
            asked.coverage,
            needed_from,
            coalesce({{ add_days("last_day", 1) }}, needed_from) as first_missing_day
        from asked
        left join
            runs
            on asked.merchant_id = runs.merchant_id
            and asked.coverage = runs.coverage
            and needed_from between first_day and last_day
    )

select *
from final
