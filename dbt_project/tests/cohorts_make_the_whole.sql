{{
    config(
        meta={
            "description": "Cohorts of both clocks together hold every known customer once and, with the anonymous orders, all covered GMV and orders.",
            "dagster": {"ref": {"name": "fct_customer_cohorts"}},
        }
    )
}}

with
    known as (
        select
            merchant_id,
            sum(gmv) - sum(anonymous_gmv) as gmv,
            sum(order_count) - sum(anonymous_order_count) as order_count,
            max(day) filter (where orders_covered) as last_order_day
        from {{ ref("fct_merchant_days") }}
        group by merchant_id
    ),

    customers as (
        select merchant_id, count(*) as customers
        from {{ ref("fct_orders") }}
        inner join known using (merchant_id)
        where is_first_order and paid_date <= last_order_day
        group by merchant_id
    ),

    cells as (
        select '30d' as clock, merchant_id, age_30d = 0 as is_first, cohort_size, order_count, gmv
        from {{ ref("fct_customer_cohorts_30d") }}
        union all
        select 'month', merchant_id, month_number = 0, cohort_size, order_count, gmv
        from {{ ref("fct_customer_cohorts") }}
    ),

    totals as (
        select
            clock,
            merchant_id,
            sum(cohort_size) filter (where is_first) as members,
            sum(order_count) as order_count,
            sum(gmv) as gmv
        from cells
        group by clock, merchant_id
    )

select *
from totals
inner join known using (merchant_id)
inner join customers using (merchant_id)
where
    totals.gmv <> known.gmv
    or totals.order_count <> known.order_count
    -- members of the last cohort may come after the last covered day
    or totals.members < customers.customers
