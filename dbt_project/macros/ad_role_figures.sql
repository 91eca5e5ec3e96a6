{# Of the figures of a report those that a digest tells by placement, with their types. #}
{% macro ad_role_figures() -%}
    {% set told = [
        "spend",
        "impressions",
        "clicks",
        "interactions",
        "orders_paid_7d_by_click",
        "gmv_paid_7d_by_click",
    ] %}
    {{ return(ad_figures() | selectattr("name", "in", told) | list) }}
{%- endmacro %}
