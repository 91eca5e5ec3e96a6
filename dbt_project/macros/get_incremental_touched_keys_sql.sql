{# dbt's own name for the strategy `touched_keys`: what stood of these keys goes, even for nothing. #}
{% macro get_incremental_touched_keys_sql(arguments) -%}
    delete from {{ arguments["target_relation"] }} as standing
    using {{ touched_keys() }} as touched
    where
        {% for column in config.get("unique_key") -%}
            standing.{{ column }} is not distinct from touched.{{ column }}
            {%- if not loop.last %} and {% endif -%}
        {% endfor %}
    ;
    {{ get_incremental_append_sql(arguments) }}
{%- endmacro %}
