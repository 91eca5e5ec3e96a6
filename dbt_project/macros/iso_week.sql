{% macro iso_week(monday) -%}
    cast(floor((extract(doy from {{ add_days(monday, 3) }}) - 1) / 7) + 1 as bigint)
{%- endmacro %}
