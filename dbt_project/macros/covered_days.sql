{# Days that nobody has to know, before the merchant joined, are taken off. #}
{% macro covered_days(coverage) -%}
    ending.{{ coverage }}_days - greatest(
        beginning.{{ coverage }}_days,
        least(coalesce(joining.{{ coverage }}_days, 0), ending.{{ coverage }}_days)
    )
{%- endmacro %}
