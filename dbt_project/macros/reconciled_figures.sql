{# What is compared with the shop's own page and split into causes, with types. #}
{% macro reconciled_figures() -%}
    {{ return({"gmv": "decimal(18, 2)", "order_count": "bigint"}) }}
{%- endmacro %}
