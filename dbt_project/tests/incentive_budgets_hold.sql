{{
    config(
        tags="weekly",
        meta={
            "description": "All merchants together earn no more of a version than its budget.",
            "dagster": {"ref": {"name": "int_incentive_caps"}},
        },
    )
}}

select version_id, budget, sum(earned) as earned
from {{ ref("int_incentive_caps") }}
inner join {{ ref("int_incentive_versions") }} using (version_id)
group by version_id, budget
having sum(earned) > budget
