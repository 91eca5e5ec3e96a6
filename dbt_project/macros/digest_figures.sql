{% macro digest_figures(keys, new_customers="coalesce(customers.new_customers, 0)") %}
    select
        {{ keys | join(", ") }},
        totals.order_count,
        totals.gmv,
        {{ divide_money("totals.gmv", "totals.order_count") }} as aov,
        coalesce(customers.active_customers, 0) as active_customers,
        {{ new_customers }} as new_customers,
        coalesce(customers.active_customers, 0) - {{ new_customers }} as returning_customers,
        totals.anonymous_order_count,
        totals.anonymous_gmv,
        totals.refund_amount,
        cast(totals.gmv - totals.refund_amount as decimal(18, 2)) as net_gmv,
        totals.orders_days_covered,
        totals.refund_days_covered
    from totals
    left join customers using ({{ keys | join(", ") }})
{% endmacro %}
