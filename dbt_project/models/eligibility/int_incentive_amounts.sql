with
    states as (select * from {{ ref("int_incentive_states") }} where is_in_version),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    tiers as (select * from {{ ref("stg_seedbed__rulebook_tiers") }}),

    tier_amounts as (select * from {{ ref("int_incentive_tier_amounts") }}),

    exclusions as (select * from {{ ref("int_incentive_exclusions") }}),

    priced as (
        select versions.*, tiers.amount as fixed_amount
        from versions
        left join
            tiers
            on reward_mode = 'fixed'
            and versions.programme = tiers.programme
            and versions.version = tiers.version
            and versions.recorded_at = tiers.recorded_at
    ),

    final as (
        select
            states.*,
            programme,
            reward_mode,
            reward_unit,
            counts_earlier_windows,
            budget is not null as has_budget,
            window_cap,
            excluded_by,
            case
                when not gates_met or excluded_by is not null
                then false
                when is_certain
                then gates_met
            end as is_entitled,
            case when reward_mode = 'fixed' and goals_met then 1 else tier_amounts.tier end as tier,
            tier_required,
            next_tier,
            coalesce(has_open_tier, false) as has_open_tier,
            -- before its first day a window gives nothing, if it is known what it gives at all
            cast(
                case
                    when reward_mode = 'up_to'
                    then null
                    when reward_mode = 'fixed'
                    then
                        case when goals_met and first_day <= states.as_of then 1 else 0 end
                        * fixed_amount
                    when first_day > states.as_of
                    then 0 * tier_amounts.amount
                    else {{ round_down("tier_amounts.amount", "reward_unit") }}
                end as decimal(18, 2)
            ) as amount,
            cast(
                case when reward_mode = 'fixed' then fixed_amount else amount_of_all end as decimal(
                    18, 2
                )
            ) as amount_of_all,
            case
                when first_day > states.as_of or reward_mode in ('up_to', 'retroactive', 'marginal')
                then true
                when reward_mode = 'fixed'
                then coalesce(not goals_met, true)
                else next_tier is not null
            end as can_rise
        from states
        inner join priced using (version_id)
        left join tier_amounts using (version_id, merchant_id, first_day)
        left join exclusions using (version_id, merchant_id, first_day)
    )

select *
from final
