with
    source as (select * from {{ source("handover", "rulebook_facts") }}),

    renamed as (select merchant_id, fact, value, valid_from, valid_to, recorded_at from source)

select *
from renamed
