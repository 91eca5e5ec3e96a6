{# Spark: get_json_object(json, '$.name'). #}
{% macro json_text(json, name) -%} json_extract_string({{ json }}, '$.{{ name }}') {%- endmacro %}
