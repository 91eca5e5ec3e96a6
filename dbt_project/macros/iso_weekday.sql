{# 1 January 1900 was a Monday. #}
{% macro iso_weekday(day) -%}
    mod({{ days_between("date '1900-01-01'", day) }}, 7) + 1
{%- endmacro %}
