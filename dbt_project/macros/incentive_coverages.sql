{# What can cover a day; `net` is the orders and their after-sales together. #}
{% macro incentive_coverages() -%}
    {{ return(["orders", "aftersales", "net", "ads", "live"]) }}
{%- endmacro %}
