with
    source as (select * from {{ source("handover", "rulebook_sources") }}),

    renamed as (select source, is_required, due_hours from source)

select *
from renamed
