{% set asked = [
    ten_thousandths("baseline"),
    "window_days",
    ten_thousandths("1 + tier_from"),
] | join(" * ") %}

with
    states as (select * from {{ ref("int_incentive_states") }}),

    tiers as (select * from {{ ref("int_incentive_tiers") }}),

    counted as (
        select
            states.version_id,
            merchant_id,
            first_day,
            is_in_version,
            is_to_come,
            goals_met,
            tier,
            tier_from,
            is_first_time_only,
            may_fall,
            measured,
            days_missing > 0 as has_days_missing,
            measure_basis = 'growth' as is_growth,
            baseline,
            baseline_days,
            baseline_days_missing > 0 as has_baseline_missing,
            {{ days_between("window_start", "window_end") }} as window_days,
            zero_baseline = 'top' or (zero_baseline = 'lowest' and tier = 1) as is_named_by_zero
        from states
        inner join tiers using (version_id)
    ),

    final as (
        select
            *,
            is_growth and baseline = 0 and not has_baseline_missing as is_from_zero,
            -- by days that are missing
            (has_days_missing and may_fall)
            or (is_growth and has_baseline_missing) as could_be_undone,
            has_days_missing
            or (is_growth and has_baseline_missing and may_fall) as could_be_reached,
            -- of growth both sides are taken times the days of the baseline, so nothing is rounded
            case
                when is_growth
                then {{ ten_thousandths("measured") }} * baseline_days * 10000 >= {{ asked }}
                else measured >= tier_from
            end as is_above,
            case
                when not is_growth
                then cast(tier_from as decimal(18, 4))
                when baseline <> 0 and not has_baseline_missing
                then
                    cast(
                        cast({{ divide_up(asked, "baseline_days * 10000") }} as decimal(22, 0))
                        * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
                    )
            end as required
        from counted
    )

select *
from final
