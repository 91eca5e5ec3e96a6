{{
    config(
        severity="warn",
        meta={
            "description": "What no cause explains is a small share of what the shop's own page says.",
            "dagster": {"ref": {"name": "fct_reconciliation"}},
        },
    )
}}

with
    parameters as (select * from {{ ref("stg_seedbed__rulebook_parameters") }}),

    tolerance as (
        {{
            rulebook_parameter(
                "reconciliation_tolerance",
                "share",
                "double",
                var("default_reconciliation_tolerance"),
            )
        }}
    )

select merchant_id, week, gmv, platform_gmv, gmv_other
from {{ ref("fct_reconciliation") }}
cross join tolerance
where abs(gmv_other) > share * platform_gmv
