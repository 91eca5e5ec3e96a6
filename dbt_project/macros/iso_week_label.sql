{% macro iso_week_label(monday) -%}
    concat(
        cast({{ iso_year(monday) }} as {{ dbt.type_string() }}),
        '-W',
        lpad(cast({{ iso_week(monday) }} as {{ dbt.type_string() }}), 2, '0')
    )
{%- endmacro %}
