{# Orders taken out after a cancellation can only make the platform's figure smaller than ours. #}
{% macro unexplained(figure, quarantined=0) -%}
    {%- set difference -%}
        (
            platform_{{ figure }}
            - uncovered_{{ figure }}
            - coalesce({{ figure }}, 0)
            - {{ quarantined }}
        )
    {%- endset -%}
    {{ difference }} - greatest(least({{ difference }}, 0), -1 * cancelled_{{ figure }})
{%- endmacro %}
