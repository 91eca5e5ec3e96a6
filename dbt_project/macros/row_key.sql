{# A key as one text, as the gate words it for rejected rows: a part that is unknown is blank. #}
{% macro row_key(keys) -%}
    concat(
        {% for key in keys -%}
            {%- if not loop.first %}'/', {% endif -%}
            coalesce(cast(rows.{{ key }} as {{ dbt.type_string() }}), '')
            {%- if not loop.last %}, {% endif %}
        {% endfor %}
    )
{%- endmacro %}
