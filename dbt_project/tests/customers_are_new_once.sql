{{
    config(
        meta={
            "description": "A customer first seen on a covered day is new on one day, in one week and one month; nobody returns before being new.",
            "dagster": {"ref": {"name": "fct_merchant_weeks"}},
        }
    )
}}

with
    first_orders as (
        select merchant_id, count(*) as customers, count(*) filter (where is_covered) as covered
        from {{ ref("fct_orders") }}
        where is_first_order
        group by merchant_id
    ),

    periods as (
        {% for mart in ["fct_merchant_days", "fct_merchant_weeks", "fct_merchant_months"] %}
            select
                '{{ mart }}' as mart,
                merchant_id,
                active_customers,
                new_customers,
                returning_customers
            from {{ ref(mart) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    totals as (
        select
            mart,
            merchant_id,
            sum(new_customers) as new_customers,
            count(*) filter (
                where
                    new_customers + returning_customers <> active_customers
                    or new_customers < 0
                    or returning_customers < 0
            ) as wrong_periods
        from periods
        group by mart, merchant_id
    )

select *
from totals
inner join first_orders using (merchant_id)
where
    wrong_periods > 0
    or (mart = 'fct_merchant_days' and new_customers <> covered)
    -- an order of a day without coverage may make its customer new later in the same period
    or new_customers not between covered
    and customers
