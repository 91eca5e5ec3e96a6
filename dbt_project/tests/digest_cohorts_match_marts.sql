{{
    config(
        tags="weekly",
        meta={
            "description": "A cohort month that is over is the same in the digest and in fct_customer_cohorts.",
            "dagster": {"ref": {"name": "rpt_digest_cohorts"}},
        },
    )
}}

select digest.*
from {{ ref("rpt_digest_cohorts") }} as digest
inner join
    {{ ref("fct_customer_cohorts") }} as cohorts using (merchant_id, cohort_month, month_number)
where
    {{ add_months("digest.cohort_month", "digest.month_number + 1") }}
    <= {{ add_days("digest.week", 7) }}
    and (
        digest.cohort_size <> cohorts.cohort_size
        or digest.active_customers is distinct from cohorts.active_customers
        or digest.is_complete <> cohorts.is_complete
    )
