with
    versions as (select * from {{ ref("int_incentive_versions") }}),

    tiers as (select * from {{ ref("stg_seedbed__rulebook_tiers") }}),

    metrics as (select * from {{ ref("stg_seedbed__rulebook_metrics") }}),

    final as (
        select
            version_id,
            tier,
            tier_from,
            lead(tier_from) over (partition by version_id order by tier) as next_from,
            amount,
            rate,
            reward_mode,
            measure_metric,
            metrics.unit,
            coalesce(metrics.may_fall, false) as may_fall,
            measure_basis,
            zero_baseline,
            {{ days_between("baseline_from", "baseline_to") }} as baseline_days,
            is_first_time_only
        from versions
        inner join tiers using (programme, version, recorded_at)
        left join metrics on measure_metric = metric
        where reward_mode not in ('fixed', 'up_to')
    )

select *
from final
