{#
    `rows` of a restated model: all of them, or in a later run those of touched keys.
    `condition`: which of them, in words of the key's columns alone. A row without its key stands
    for nothing; the gate lets none through, and plain equality is what row groups are pruned by.
    A unit test has no table.
#}
{% macro touched_rows(relation, key, condition="true") -%}
    select rows.*
    from {{ relation }} as rows
    {%- if this is not none and is_incremental() %}
        inner join {{ touched_keys() }} using ({{ key | join(", ") }})
    {%- endif %}
    where {% for column in key -%} rows.{{ column }} is not null and {% endfor -%} {{ condition }}
{%- endmacro %}
