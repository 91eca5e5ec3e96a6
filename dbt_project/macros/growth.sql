{% macro growth(value, base) -%} {{ safe_divide(value ~ " - " ~ base, base) }} {%- endmacro %}
