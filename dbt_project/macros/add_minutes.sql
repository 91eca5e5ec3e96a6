{% macro add_minutes(moment, minutes) -%}
    {{ dbt.dateadd("second", "cast(round(60 * (" ~ minutes ~ ")) as integer)", moment) }}
{%- endmacro %}
