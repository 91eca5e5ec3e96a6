{% macro cohort_figures() -%}
    cohort_size,
    active_customers,
    order_count,
    gmv,
    cumulative_gmv,
    {{ safe_divide("active_customers", "cohort_size") }} as retention_rate,
    {{ safe_divide("cumulative_gmv", "cohort_size") }} as ltv,
    is_history_complete,
    is_complete,
    is_cumulative_complete
{%- endmacro %}
