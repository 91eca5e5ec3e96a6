{% macro business_date(timestamp) -%}
    cast({{ timestamp }} + interval 8 hour as date)
{%- endmacro %}
