{# One number that the rulebook leaves to the programme, else what is shipped. #}
{% macro rulebook_parameter(parameter, column, type, shipped) -%}
    select coalesce(max(try_cast(value as {{ type }})), {{ shipped }}) as {{ column }}
    from parameters
    where parameter = '{{ parameter }}'
{%- endmacro %}
