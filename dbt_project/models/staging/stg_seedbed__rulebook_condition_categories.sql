with
    source as (select * from {{ source("handover", "rulebook_condition_categories") }}),

    renamed as (select programme, version, recorded_at, condition_id, category from source)

select *
from renamed
