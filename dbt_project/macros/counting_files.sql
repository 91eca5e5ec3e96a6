{# The files of a restated model's sources that count, with all that decides what stands of them. #}
{% macro counting_files() -%}
    select
        merchant_id, file_sha256, source, layout_revision, reader_revision, effective_at, rows_stamp
    from {{ ref("stg_seedbed__files") }}
    where status = 'loaded' and source in ('{{ config.get("meta")["sources"] | join("', '") }}')
{%- endmacro %}
