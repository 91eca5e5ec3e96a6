{{
    config(
        meta={
            "description": "Per file, rows read are those loaded, quarantined, held and skipped, and the rows loaded are there.",
            "dagster": {"ref": {"name": "stg_seedbed__files"}},
        }
    )
}}

with
    present as (
        select merchant_id, file_sha256, layout_revision, reader_revision, count(*) as rows_present
        from {{ ref("stg_qianfan__order_lines") }}
        group by merchant_id, file_sha256, layout_revision, reader_revision
    )

select *
from {{ ref("stg_seedbed__files") }} as files
left join present using (merchant_id, file_sha256, layout_revision, reader_revision)
where
    files.rows_read
    <> files.rows_loaded + files.rows_quarantined + files.rows_held + files.rows_skipped
    or (
        files.status = 'loaded'
        and files.source = '{{ var("orders_source") }}'
        and files.rows_loaded <> coalesce(present.rows_present, 0)
    )
