{{
    config(
        meta={
            "description": "Per file, rows read are those loaded, quarantined, held and skipped, and the rows loaded are there.",
            "dagster": {"ref": {"name": "stg_seedbed__files"}},
        }
    )
}}

select *
from {{ ref("stg_seedbed__files") }} as files
left join
    {{ ref("stg_seedbed__packed_rows") }} as packed using (
        source, merchant_id, file_sha256, layout_revision, reader_revision
    )
where
    files.rows_read
    <> files.rows_loaded + files.rows_quarantined + files.rows_held + files.rows_skipped
    or (files.status = 'loaded' and files.rows_loaded <> coalesce(packed.row_count, 0))
