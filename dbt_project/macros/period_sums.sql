{# The figures of days whose sum is that of a period: all but persons, who may come twice. #}
{% macro period_sums() -%}
    {{
        return(
            day_figures() | rejectattr("name", "in", ["active_customers", "new_customers"]) | list
        )
    }}
{%- endmacro %}
