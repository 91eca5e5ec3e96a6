{% macro divide_money(money, count) -%}
    cast(
        floor((200 * {{ money }} + {{ count }}) / cast(2 * nullif({{ count }}, 0) as double))
        / 100 as decimal(18, 2)
    )
{%- endmacro %}
