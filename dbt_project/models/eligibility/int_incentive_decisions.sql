with
    amounts as (select * from {{ ref("int_incentive_amounts") }} where is_decided),

    caps as (select * from {{ ref("int_incentive_caps") }}),

    achievements as (select * from {{ ref("int_incentive_achievements") }}),

    grants as (select * from {{ ref("int_incentive_granted") }}),

    capped as (
        select
            amounts.*,
            achieved_on,
            granted,
            case
                when not is_entitled
                then 0
                when is_entitled and counts_earlier_windows and amount is not null
                then caps.earned
                when is_entitled
                then least(amount, case when amount is not null then window_cap end)
            end as earned,
            least(window_cap, cap_left, amount_of_all) as cap,
            coalesce(window_end <= {{ add_days("as_of", 1) }}, false) as is_over,
            tier is not null and amount is null as has_unpriced_tier
        from amounts
        left join caps using (version_id, merchant_id, first_day)
        left join achievements using (version_id, merchant_id, first_day)
        left join grants using (version_id, merchant_id, first_day)
    ),

    measured as (
        select
            *,
            case
                when cap is not null then greatest(cap - coalesce(greatest(earned, granted), 0), 0)
            end as remaining,
            coalesce(greatest(earned, granted), 0) > 0 or has_unpriced_tier as has_gained
        from capped
    ),

    final as (
        select
            *,
            case
                when not is_entitled
                then 'not_eligible'
                when
                    is_entitled is null
                    or (
                        remaining is distinct from 0
                        and (has_goal_unknown or (has_open_tier and not is_to_come))
                    )
                then 'undecidable'
                when remaining = 0 and (can_rise or amount > cap)
                then 'exhausted'
                when not can_rise or (is_over and has_gained)
                then 'achieved'
                when is_over
                then 'expired'
                when (event_day <= as_of and not is_to_come) or has_progress
                then 'in_progress'
                else 'eligible'
            end as status
        from measured
    )

select *
from final
