with
    source as (select * from {{ source("quarantine", "qianfan__orders") }}),

    renamed as (
        select distinct
            merchant_id,
            _file_sha256 as file_sha256,
            _row_number as row_number,
            _layout_revision as layout_revision,
            _reader_revision as reader_revision,
            _effective_at as effective_at,
            row_key,
            row_date
        from source
    )

select *
from renamed
