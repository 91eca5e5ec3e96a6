with
    source as (select * from {{ source("handover", "packed_rows") }}),

    renamed as (
        select
            source,
            merchant_id,
            file_sha256,
            layout_revision,
            reader_revision,
            row_count,
            row_numbers
        from source
    )

select *
from renamed
