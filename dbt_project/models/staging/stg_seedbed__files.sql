with
    source as (select * from {{ source("handover", "files") }}),

    renamed as (
        select
            merchant_id,
            file_sha256,
            source,
            file_name,
            layout_revision,
            reader_revision,
            status,
            reason,
            received_at,
            effective_at,
            is_effective_at_assumed,
            first_row_date,
            last_row_date,
            rows_read,
            rows_loaded,
            rows_quarantined,
            rows_held,
            rows_skipped,
            rows_stamp
        from source
    )

select *
from renamed
