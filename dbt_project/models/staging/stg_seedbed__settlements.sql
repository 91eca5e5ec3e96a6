with
    source as (select * from {{ source("handover", "settlements") }}),

    renamed as (select merchant_id, file_sha256, settled_at from source)

select *
from renamed
