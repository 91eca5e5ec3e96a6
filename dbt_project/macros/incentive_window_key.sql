{% macro incentive_window_key(window_start) -%}
    coalesce(cast({{ window_start }} as {{ dbt.type_string() }}), 'next')
{%- endmacro %}
