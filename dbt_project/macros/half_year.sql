{% macro half_year(day) -%}
    {{ add_months(period_start("month", day), "-1 * mod(extract(month from " ~ day ~ ") - 1, 6)") }}
{%- endmacro %}
