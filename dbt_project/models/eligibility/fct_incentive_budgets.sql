with
    versions as (select * from {{ ref("int_incentive_versions") }} where budget is not null),

    caps as (select * from {{ ref("int_incentive_caps") }}),

    committed as (
        select version_id, cast(sum(earned) as decimal(18, 2)) as committed
        from caps
        group by version_id
    ),

    final as (
        select
            versions.programme,
            versions.version as rule_version,
            versions.week,
            versions.as_of,
            versions.reward_unit as unit,
            cast(versions.budget as decimal(18, 2)) as budget,
            coalesce(committed.committed, 0.00) as committed,
            cast(
                versions.budget - coalesce(committed.committed, 0) as decimal(18, 2)
            ) as uncommitted
        from versions
        left join committed using (version_id)
    )

select *
from final
