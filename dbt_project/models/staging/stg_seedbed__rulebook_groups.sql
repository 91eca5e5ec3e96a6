with
    source as (select * from {{ source("handover", "rulebook_groups") }}),

    renamed as (select programme, version, recorded_at, exclusive_group, rank from source)

select *
from renamed
