{% macro days_between(first_day, second_day) -%}
    {{ dbt.datediff(first_day, second_day, "day") }}
{%- endmacro %}
