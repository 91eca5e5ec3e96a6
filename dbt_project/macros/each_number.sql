{% macro each_number(last_number) -%} unnest(generate_series(0, {{ last_number }})) {%- endmacro %}
