with
    windows as (select * from {{ ref("int_incentive_windows") }}),

    day_readings as (select * from {{ ref("int_incentive_day_readings") }}),

    register_readings as (select * from {{ ref("int_incentive_register_readings") }}),

    readings as (
        select
            version_id, merchant_id, first_day, role, entry, is_alone, is_met, value, days_missing
        from day_readings
        union all
        select version_id, merchant_id, first_day, role, entry, is_alone, is_met, null, 0
        from register_readings
    ),

    -- most entries are one condition, and need no second look
    entries as (
        select version_id, merchant_id, first_day, role, is_met, value, days_missing
        from readings
        where is_alone
        union all
        select
            version_id,
            merchant_id,
            first_day,
            role,
            case when bool_or(is_met) then true when count(is_met) = count(*) then false end,
            max(value),
            0
        from readings
        where not is_alone
        group by version_id, merchant_id, first_day, role, entry
    ),

    judged as (
        select
            version_id,
            merchant_id,
            first_day,
            coalesce(bool_or(role = 'gate' and not is_met), false) as has_gate_against,
            coalesce(bool_or(role = 'gate' and is_met is null), false) as has_gate_unknown,
            coalesce(bool_or(role = 'goal' and not is_met), false) as has_goal_open,
            coalesce(bool_or(role = 'goal' and is_met is null), false) as has_goal_unknown,
            bool_or(role in ('goal', 'measure') and value > 0) as has_progress,
            coalesce(
                bool_or(role = 'event' and (value is null or days_missing > 0)), false
            ) as has_event_unknown,
            max(value) filter (where role = 'measure') as measured,
            max(days_missing) filter (where role = 'measure') as days_missing,
            max(value) filter (where role = 'baseline') as baseline,
            max(days_missing) filter (where role = 'baseline') as baseline_days_missing
        from entries
        group by version_id, merchant_id, first_day
    ),

    final as (
        select
            windows.*,
            case
                when has_gate_against then false when has_gate_unknown then null else true
            end as gates_met,
            case
                when is_to_come or has_goal_open
                then false
                when has_goal_unknown
                then null
                else true
            end as goals_met,
            coalesce(has_goal_unknown, false) and not is_to_come as has_goal_unknown,
            not coalesce(has_event_unknown, false) as is_certain,
            coalesce(has_progress, false) as has_progress,
            measured,
            days_missing,
            baseline,
            baseline_days_missing
        from windows
        left join judged using (version_id, merchant_id, first_day)
    )

select *
from final
