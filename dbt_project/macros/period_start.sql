{% macro period_start(unit, day) -%}
    cast(date_trunc('{{ unit }}', {{ day }}) as date)
{%- endmacro %}
