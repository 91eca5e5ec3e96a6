{#
    `rows` of a restated model: all of them, or in a later run those of touched keys.
    `condition`: which of them, in words of the key's columns alone. A unit test has no table.
#}
{% macro touched_rows(relation, condition="true") -%}
    select rows.*
    from {{ relation }} as rows
    {%- if this is not none and is_incremental() %}
        inner join
            {{ touched_keys() }} as touched
            on {% for column in config.get("unique_key") -%}
                rows.{{ column }} is not distinct from touched.{{ column }}
                {%- if not loop.last %} and {% endif -%}
            {% endfor %}
    {%- endif %}
    where {{ condition }}
{%- endmacro %}
