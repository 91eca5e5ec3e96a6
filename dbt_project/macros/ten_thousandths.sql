{# Spark: decimal(38, 0) in place of hugeint. #}
{% macro ten_thousandths(value) -%} cast(({{ value }}) * 10000 as hugeint) {%- endmacro %}
