{# dbt's own name for the strategy `touched_keys`: what stood of these keys goes, even for nothing. #}
{% macro get_incremental_touched_keys_sql(arguments) -%}
    {%- set key = config.get("unique_key") | join(", ") -%}
    delete from {{ arguments["target_relation"] }}
    where ({{ key }}) in (select {{ key }} from {{ touched_keys() }})
    ;
    {{ get_incremental_append_sql(arguments) }}
{%- endmacro %}
