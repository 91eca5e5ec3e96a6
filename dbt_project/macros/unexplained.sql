{# Orders taken out after a cancellation can only make the platform's figure smaller than ours. #}
{% macro unexplained(figure, with_unloaded=false) -%}
    {%- set difference -%}
        (
            platform_{{ figure }} - uncovered_{{ figure }} - coalesce({{ figure }}, 0)
            {%- if with_unloaded %} - unloaded_{{ figure }} {%- endif %}
        )
    {%- endset -%}
    {{ difference }} - greatest(least({{ difference }}, 0), -1 * cancelled_{{ figure }})
{%- endmacro %}
