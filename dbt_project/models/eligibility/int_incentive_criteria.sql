with
    rules as (select * from {{ ref("int_incentive_rules") }} where role in ('gate', 'goal')),

    tiers as (select * from {{ ref("int_incentive_tiers") }}),

    readings as (select * from {{ ref("int_incentive_readings") }}),

    tiers_reached as (select * from {{ ref("int_incentive_tiers_reached") }}),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            entry,
            cast(null as bigint) as tier,
            metric,
            comparison,
            period,
            actual,
            threshold as required,
            unit,
            is_met,
            days_missing,
            first_missing_day,
            source
        from readings
        inner join rules using (version_id, role, criterion_id)
        union all
        select
            version_id,
            merchant_id,
            first_day,
            'tier',
            concat('tier_', cast(tier as {{ dbt.type_string() }})),
            null,
            tier,
            measure_metric,
            'at_least',
            'window',
            actual,
            required,
            unit,
            is_reached,
            days_missing,
            first_missing_day,
            source
        from tiers_reached
        inner join tiers using (version_id, tier)
        inner join readings using (version_id, merchant_id, first_day)
        where role = 'measure'
    )

select *
from final
