{# Spark: array_join(array_sort(collect_set(x)), ', '). #}
{% macro text_list(text) -%}
    string_agg(distinct {{ text }}, ', ' order by {{ text }})
{%- endmacro %}
