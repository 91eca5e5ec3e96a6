{#
    The grain of rows of raw, by the count that was taken when they were packed: reading all rows
    that were ever loaded in every run would cost what the history costs.
#}
{% test packed_once(model, sources) %}
    select *
    from {{ ref("stg_seedbed__packed_rows") }}
    where
        row_numbers <> row_count
        and source in (
            {% for source in sources -%}
                '{{ source }}' {%- if not loop.last %}, {% endif %}
            {%- endfor %}
        )
{% endtest %}
