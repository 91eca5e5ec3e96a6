{# A window that is open, lacks something (`lacks`, a condition) and ends soon. #}
{% macro is_lapsing(lacks) -%}
    status in ('in_progress', 'eligible')
    and {{ lacks }}
    and coalesce(days_left <= {{ var("lapsing_days") }}, false)
{%- endmacro %}
