{% macro period_customers(keys, days="period_days") %}
    select
        {{ keys | join(", ") }},
        count(distinct customer_days.customer_key) as active_customers,
        count(distinct customer_days.customer_key) filter (
            where customer_days.first_paid_date >= period_start
        ) as new_customers
    from {{ days }}
    inner join customer_days using (merchant_id, day)
    group by {{ keys | join(", ") }}
{% endmacro %}
