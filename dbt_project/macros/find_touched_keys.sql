{#
    Keys of files that count otherwise than when the model was built: those that came, that left,
    and those of which an attribute or the rows have changed. Such a file touches the keys that it
    has rows of now, and those that stood from it. Any other key has the same rows and the same
    ranks of its files as before, so that the same rows stand.
#}
{% macro find_touched_keys() -%}
    {%- if is_incremental() -%}
        {%- set key = config.get("unique_key") -%}
        {%- set address = ["merchant_id", "file_sha256", "layout_revision", "reader_revision"] -%}
        create or replace temporary table {{ touched_keys() }} as
        with
            files as ({{ counting_files() }}),

            built_from as (select * from {{ files_built_from() }}),

            other_files as (
                (select * from files except select * from built_from)
                union
                (select * from built_from except select * from files)
            )

        select {% for column in key -%} rows.{{ column }} {%- if not loop.last %}, {% endif %}{% endfor %}
        from {{ ref(config.get("meta")["rows"]) }} as rows
        inner join
            (select distinct {{ address | join(", ") }} from other_files) as addresses
            using ({{ address | join(", ") }})
        union
        select {% for column in key -%} rows.{{ column }} {%- if not loop.last %}, {% endif %}{% endfor %}
        from {{ this }} as rows
        inner join
            (select distinct merchant_id, file_sha256 from other_files) as contents
            using (merchant_id, file_sha256)
    {%- endif -%}
{%- endmacro %}
