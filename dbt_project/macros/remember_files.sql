{# In the transaction of the rows: killed at any moment, both are of before or both of after. #}
{% macro remember_files() -%}
    create or replace table {{ files_built_from() }} as {{ counting_files() }}
{%- endmacro %}
