{{
    config(
        tags="weekly",
        meta={
            "description": "Nobody earns more than a window can give, and nothing less than nothing is left.",
            "dagster": {"ref": {"name": "fct_incentive_eligibility"}},
        },
    )
}}

select merchant_id, programme, window_key, week, earned, cap, remaining
from {{ ref("fct_incentive_eligibility") }}
where earned > cap or earned < 0 or remaining < 0 or (remaining is null and cap is not null)
