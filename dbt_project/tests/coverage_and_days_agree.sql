{{
    config(
        meta={
            "description": "Covered days of fct_coverage, of the day flags and of the week and month counts are the same.",
            "dagster": {"ref": {"name": "fct_coverage"}},
        }
    )
}}

with
    covered as (
        select merchant_id, count(*) as days
        from {{ ref("fct_coverage") }}
        where source = '{{ var("orders_source") }}'
        group by merchant_id
    ),

    counted as (
        select merchant_id, count(*) filter (where orders_covered) as days
        from {{ ref("fct_merchant_days") }}
        group by merchant_id
        union all
        select merchant_id, sum(orders_days_covered)
        from {{ ref("fct_merchant_weeks") }}
        group by merchant_id
        union all
        select merchant_id, sum(orders_days_covered)
        from {{ ref("fct_merchant_months") }}
        group by merchant_id
    )

select *
from counted
left join covered using (merchant_id)
where counted.days <> coalesce(covered.days, 0)
