{% set merchant = "partition by version_id, merchant_id order by first_day rows between unbounded preceding and 1 preceding" %}
{% set everybody = "partition by version_id order by achieved_on nulls last, merchant_id, first_day rows between unbounded preceding and 1 preceding" %}

with
    amounts as (select * from {{ ref("int_incentive_amounts") }} where counts_earlier_windows),

    versions as (
        select version_id, merchant_cap, claims_cap, budget from {{ ref("int_incentive_versions") }}
    ),

    achievements as (select * from {{ ref("int_incentive_achievements") }}),

    capped as (
        select
            version_id,
            merchant_id,
            first_day,
            achieved_on,
            merchant_cap,
            claims_cap,
            budget,
            case when is_entitled then coalesce(least(amount, window_cap), 0) else 0 end as amount
        from amounts
        inner join versions using (version_id)
        left join achievements using (version_id, merchant_id, first_day)
    ),

    claimed as (
        select
            *,
            coalesce(
                count(*) filter (where amount > 0) over ({{ merchant }}) >= claims_cap, false
            ) as is_beyond_claims
        from capped
    ),

    -- what a cap leaves follows from what would be given without it
    given as (
        select
            *,
            case when is_beyond_claims then 0 else amount end as claim,
            cast(
                coalesce(
                    sum(case when is_beyond_claims then 0 else amount end) over ({{ merchant }}), 0
                ) as decimal(18, 2)
            ) as claimed_before
        from claimed
    ),

    shared as (
        select
            *,
            least(claimed_before + claim, merchant_cap)
            - least(claimed_before, merchant_cap) as gift,
            merchant_cap - least(claimed_before, merchant_cap) as merchant_left
        from given
    ),

    served as (
        select
            *,
            cast(coalesce(sum(gift) over ({{ everybody }}), 0) as decimal(18, 2)) as served_before
        from shared
    ),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            least(served_before + gift, budget) - least(served_before, budget) as earned,
            least(
                merchant_left,
                budget - least(served_before, budget),
                case when is_beyond_claims then 0 end
            ) as cap_left
        from served
    )

select *
from final
