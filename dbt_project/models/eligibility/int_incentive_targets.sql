with
    amounts as (
        select *
        from {{ ref("int_incentive_amounts") }}
        where is_entitled and amount > 0 and (is_decided or has_budget)
    ),

    versions as (select version_id, measure_metric from {{ ref("int_incentive_versions") }}),

    goals as (select * from {{ ref("int_incentive_rules") }} where role = 'goal'),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            known_until,
            entry,
            criterion_id,
            metric,
            threshold as required
        from amounts
        inner join goals using (version_id)
        union all
        select
            version_id,
            merchant_id,
            first_day,
            known_until,
            0,
            'tier',
            measure_metric,
            -- over a baseline of nothing, anything will do
            coalesce(tier_required, 0.0001)
        from amounts
        inner join versions using (version_id)
        where reward_mode <> 'fixed'
    )

select *
from final
