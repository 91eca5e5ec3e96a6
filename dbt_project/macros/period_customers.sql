{% macro period_customers(keys, days="period_days") %}
    select
        {{ keys | join(", ") }},
        count(*) as active_customers,
        cast(sum(first_seen) as bigint) as new_customers
    from
        (
            -- one row per customer first: it goes to the disk where a count of distinct values,
            -- over years of weeks, would have to stay in memory
            select
                {{ keys | join(", ") }},
                customer_days.customer_key,
                max(
                    case when customer_days.first_paid_date >= period_start then 1 else 0 end
                ) as first_seen
            from {{ days }}
            inner join customer_days using (merchant_id, day)
            group by {{ keys | join(", ") }}, customer_days.customer_key
        ) as reached
    group by {{ keys | join(", ") }}
{% endmacro %}
