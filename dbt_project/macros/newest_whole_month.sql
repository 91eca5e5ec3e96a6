{# First day of the newest month that is over at the end of a week. #}
{% macro newest_whole_month(week) -%}
    {{ add_months(period_start("month", add_days(week, 7)), -1) }}
{%- endmacro %}
