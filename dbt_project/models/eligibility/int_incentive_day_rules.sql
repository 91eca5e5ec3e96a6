with
    windows as (select * from {{ ref("int_incentive_windows") }}),

    rules as (select * from {{ ref("int_incentive_rules") }} where coverage is not null),

    versions as (
        select version_id, baseline_from, baseline_to from {{ ref("int_incentive_versions") }}
    ),

    merchants as (select merchant_id, joined_on from {{ ref("stg_seedbed__merchants") }}),

    dated as (
        select
            windows.*,
            {% for name in [
                "role",
                "criterion_id",
                "entry",
                "is_alone",
                "metric",
                "coverage",
                "comparison",
                "threshold",
                "period",
                "unit",
                "may_fall",
            ] -%}
                rules.{{ name }},
            {% endfor -%}
            joined_on,
            case
                period
                when 'window'
                then first_day
                when 'before_window'
                then {{ add_days("first_day", "-1 * period_days") }}
                when 'before_event'
                -- without a first day there is always one before that nobody knows
                then
                    case
                        when joined_on is not null
                        then {{ add_days("event_day", "-1 * period_days") }}
                    end
                when 'baseline'
                then baseline_from
                else joined_on
            end as period_from,
            -- never beyond the last day that the week may see
            case
                when period = 'window'
                then known_until
                when period = 'before_window'
                then first_day
                when period = 'baseline'
                then least(baseline_to, {{ add_days("as_of", 1) }})
                when period = 'since_joined'
                then {{ add_days("as_of", 1) }}
                else event_day
            end as period_to
        from windows
        inner join rules using (version_id)
        inner join versions using (version_id)
        inner join merchants using (merchant_id)
    ),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            is_to_come,
            role,
            criterion_id,
            entry,
            is_alone,
            metric,
            coverage,
            comparison,
            threshold,
            period,
            unit,
            may_fall,
            joined_on,
            period_from,
            greatest(period_from, period_to) as period_to
        from dated
    )

select *
from final
