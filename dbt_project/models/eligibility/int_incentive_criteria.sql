with
    rules as (select * from {{ ref("int_incentive_rules") }} where role in ('gate', 'goal')),

    tiers as (select * from {{ ref("int_incentive_tiers") }}),

    day_readings as (select * from {{ ref("int_incentive_day_readings") }}),

    register_readings as (select * from {{ ref("int_incentive_register_readings") }}),

    tiers_reached as (select * from {{ ref("int_incentive_tiers_reached") }}),

    first_gaps as (select * from {{ ref("int_incentive_first_gaps") }}),

    read_days as (
        select
            day_readings.*, case when days_covered > 0 then value end as actual, first_missing_day
        from day_readings
        left join first_gaps using (merchant_id, coverage, needed_from)
        where role <> 'event'
    ),

    conditions as (
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            actual,
            is_met,
            days_missing,
            first_missing_day,
            source
        from read_days
        where role in ('gate', 'goal')
        union all
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            value,
            is_met,
            null,
            null,
            source
        from register_readings
    ),

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
        from conditions
        inner join rules using (version_id, role, criterion_id)
        union all
        select
            tiers_reached.version_id,
            tiers_reached.merchant_id,
            tiers_reached.first_day,
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
        inner join
            read_days
            on tiers_reached.version_id = read_days.version_id
            and tiers_reached.merchant_id = read_days.merchant_id
            and tiers_reached.first_day = read_days.first_day
            and role = 'measure'
    )

select *
from final
