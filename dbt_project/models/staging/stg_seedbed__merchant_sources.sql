with
    source as (select * from {{ source("handover", "register_sources") }}),

    renamed as (select merchant_id, source from source)

select *
from renamed
