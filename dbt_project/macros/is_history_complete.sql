{% macro is_history_complete(first_day) -%}
    coalesce(histories.is_known_from_start or {{ first_day }} >= histories.warm_up_ends_on, false)
{%- endmacro %}
