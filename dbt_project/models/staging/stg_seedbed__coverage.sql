with
    source as (select * from {{ source("handover", "coverage") }}),

    renamed as (
        select
            merchant_id,
            source,
            file_sha256,
            covered_from,
            covered_to,
            evidence,
            bridge_days,
            is_loaded
        from source
    )

select *
from renamed
