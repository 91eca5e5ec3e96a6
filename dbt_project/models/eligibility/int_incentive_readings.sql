with
    windows as (
        select
            version_id,
            merchant_id,
            first_day,
            not is_to_come and first_day = known_until as begins_tomorrow
        from {{ ref("int_incentive_windows") }}
        where is_decided
    ),

    day_readings as (select * from {{ ref("int_incentive_day_readings") }}),

    register_readings as (select * from {{ ref("int_incentive_register_readings") }}),

    first_gaps as (select * from {{ ref("int_incentive_first_gaps") }}),

    readings as (
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            value,
            days_covered > 0 as is_covered,
            is_met,
            days_missing,
            first_missing_day,
            source
        from day_readings
        left join first_gaps using (merchant_id, coverage, needed_from)
        where role in ('gate', 'goal', 'measure')
        union all
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            value,
            true,
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
            -- of a window that begins tomorrow it is known that nothing has happened
            case when is_covered or (begins_tomorrow and role <> 'gate') then value end as actual,
            is_met,
            days_missing,
            first_missing_day,
            source
        from readings
        inner join windows using (version_id, merchant_id, first_day)
    )

select *
from final
