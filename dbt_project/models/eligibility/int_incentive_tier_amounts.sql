{% set counted = "is_reached and not is_spent" %}

with
    tiers as (select * from {{ ref("int_incentive_tiers") }}),

    tiers_reached as (select * from {{ ref("int_incentive_tiers_reached") }}),

    summed as (
        select
            version_id,
            merchant_id,
            first_day,
            max(tier) filter (where {{ counted }}) as tier,
            max_by(required, tier) filter (where {{ counted }}) as tier_required,
            min(tier) filter (where coalesce(not is_reached, true) and not is_spent) as next_tier,
            coalesce(bool_or(is_reached is null and not is_spent), false) as has_open_tier,
            max(measured) as measured,
            max(reward_mode) as reward_mode,
            -- amounts are known of all tiers, or of none
            count(amount) > 0 as has_amounts,
            max_by(amount, tier) filter (where {{ counted }}) as highest,
            sum(amount) filter (where {{ counted }}) as total,
            max_by(rate, tier) filter (where {{ counted }}) as highest_rate,
            sum(rate * cast(least(measured, next_from) - tier_from as decimal(18, 4))) filter (
                where {{ counted }}
            ) as parts,
            max_by(amount, tier) filter (where not is_spent) as highest_of_all,
            sum(amount) filter (where not is_spent) as total_of_all
        from tiers_reached
        inner join tiers using (version_id, tier)
        group by version_id, merchant_id, first_day
    ),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            tier,
            tier_required,
            next_tier,
            has_open_tier,
            -- of one type, for that of all branches would round what is to be rounded down
            case
                when reward_mode = 'retroactive'
                then
                    cast(
                        coalesce(cast(measured as decimal(18, 4)) * highest_rate, 0) as decimal(
                            38, 10
                        )
                    )
                when reward_mode = 'marginal'
                then cast(coalesce(parts, 0) as decimal(38, 10))
                when has_amounts
                then
                    cast(
                        coalesce(
                            case when reward_mode = 'cumulative' then total else highest end, 0
                        ) as decimal(38, 10)
                    )
            end as amount,
            case
                when has_amounts
                then
                    coalesce(
                        case
                            when reward_mode = 'cumulative' then total_of_all else highest_of_all
                        end,
                        0
                    )
            end as amount_of_all
        from summed
    )

select *
from final
