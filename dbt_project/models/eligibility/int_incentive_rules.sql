with
    versions as (select * from {{ ref("int_incentive_versions") }}),

    conditions as (select * from {{ ref("stg_seedbed__rulebook_conditions") }}),

    metrics as (select * from {{ ref("stg_seedbed__rulebook_metrics") }}),

    written as (
        select
            version_id,
            role,
            condition_id as criterion_id,
            entry,
            count(*) over (partition by version_id, role, entry) = 1 as is_alone,
            metric,
            comparison,
            threshold,
            period,
            period_days
        from versions
        inner join conditions using (programme, version, recorded_at)
    ),

    -- what tiers measure, and over what growth is counted
    measured as (
        select
            version_id,
            'measure' as role,
            'measure' as criterion_id,
            measure_metric as metric,
            'window' as period
        from versions
        where measure_metric is not null
        union all
        select version_id, 'baseline', 'baseline', measure_metric, 'baseline'
        from versions
        where measure_basis = 'growth'
    ),

    -- an event is certain if the days before it are covered
    events as (
        select
            version_id,
            'event' as role,
            'event' as criterion_id,
            case
                event
                when 'first_order'
                then 'order_count'
                when 'first_ad_spend'
                then 'ad_spend'
                when 'first_broadcast'
                then 'broadcast_days'
            end as metric,
            case when event_mode = 'dormant' then 'before_event' else 'until_event' end as period,
            lookback_days as period_days
        from versions
        where window_kind = 'after_event' and event <> 'joined'
    ),

    rules as (
        select *
        from written
        union all
        select version_id, role, criterion_id, null, true, metric, null, null, period, null
        from measured
        union all
        select version_id, role, criterion_id, null, true, metric, null, null, period, period_days
        from events
    ),

    final as (
        select
            rules.*,
            case
                metric
                {% for metric in incentive_metrics() %}
                    when '{{ metric.name }}' then '{{ metric.coverage }}'
                {% endfor %}
            end as coverage,
            metrics.unit,
            coalesce(metrics.may_fall, false) as may_fall,
            coalesce(metrics.kind = 'fact', false) as is_fact
        from rules
        left join metrics using (metric)
    )

select *
from final
