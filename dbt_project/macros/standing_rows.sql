{#
    Of each key the rows of the one loaded file that counts: the newest, ties by hash, among those
    without a rejected row of the key, if there are any. The model gives `rows`, `files` and
    `rejected_rows` (of the same source) as CTEs.

    Files are ranked by keys alone and wide rows only joined: to sort those takes ten times as long.
#}
{% macro standing_rows(keys) -%}
    {%- set address = ["merchant_id", "file_sha256", "layout_revision", "reader_revision"] -%}
    select rows.*
    from rows
    inner join
        (
            select
                rows.*,
                row_number() over (
                    partition by
                        rows.merchant_id {%- for key in keys %}, rows.{{ key }} {%- endfor %}
                    order by
                        broken_keys.row_key is not null,
                        rows.effective_at desc,
                        rows.file_sha256 desc
                ) as file_rank
            from
                (
                    select distinct
                        {% for column in address + keys -%} rows.{{ column }}, {% endfor -%}
                        files.effective_at
                    from rows
                    inner join files using ({{ address | join(", ") }})
                ) as rows
            left join
                (
                    select distinct {{ address | join(", ") }}, row_key from rejected_rows
                ) as broken_keys
                on {% for column in address -%}
                    rows.{{ column }} = broken_keys.{{ column }} and
                {% endfor -%}
                {{ row_key(keys) }} = broken_keys.row_key
        ) as ranked_files
        on ranked_files.file_rank = 1
        {% for column in address -%} and rows.{{ column }} = ranked_files.{{ column }} {% endfor -%}
        {% for key in keys -%}
            and rows.{{ key }} is not distinct from ranked_files.{{ key }}
        {% endfor -%}
{%- endmacro %}
