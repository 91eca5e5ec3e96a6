{#
    Of each key the rows of the one loaded file that counts: the newest, ties by hash, among those
    without a rejected row of the key, if there are any. The model gives `rows`, `files` and
    `rejected_rows` (of the same source) as CTEs.
#}
{% macro standing_rows(keys) -%}
    {%- set address = ["merchant_id", "file_sha256", "layout_revision", "reader_revision"] -%}
    select *
    from
        (
            select
                rows.*,
                dense_rank() over (
                    partition by
                        rows.merchant_id {%- for key in keys %}, rows.{{ key }} {%- endfor %}
                    order by
                        broken_keys.row_key is not null,
                        files.effective_at desc,
                        rows.file_sha256 desc
                ) as file_rank
            from rows
            inner join files using ({{ address | join(", ") }})
            left join
                (
                    select distinct {{ address | join(", ") }}, row_key from rejected_rows
                ) as broken_keys
                on {% for column in address -%}
                    rows.{{ column }} = broken_keys.{{ column }} and
                {% endfor -%}
                {{ row_key(keys) }} = broken_keys.row_key
        ) as ranked_rows
    where file_rank = 1
{%- endmacro %}
