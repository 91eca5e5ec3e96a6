{{
    config(
        meta={
            "description": "Days, weeks and months hold exactly the covered orders, to the cent.",
            "dagster": {"ref": {"name": "fct_merchant_days"}},
        }
    )
}}

with
    orders as (
        select
            merchant_id,
            count(*) as order_count,
            sum(gmv) as gmv,
            count(*) filter (where is_anonymous) as anonymous_order_count,
            coalesce(sum(gmv) filter (where is_anonymous), 0) as anonymous_gmv
        from {{ ref("fct_orders") }}
        where is_covered
        group by merchant_id
    ),

    totals as ({{ sums_by_mart(["order_count", "gmv", "anonymous_order_count", "anonymous_gmv"]) }})

select *
from orders
inner join totals using (merchant_id)
where
    orders.order_count <> totals.order_count
    or orders.gmv <> totals.gmv
    or orders.anonymous_order_count <> totals.anonymous_order_count
    or orders.anonymous_gmv <> totals.anonymous_gmv
