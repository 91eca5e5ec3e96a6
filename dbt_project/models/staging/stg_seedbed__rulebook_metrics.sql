with
    source as (select * from {{ source("handover", "rulebook_metrics") }}),

    renamed as (select metric, unit, kind, may_fall from source)

select *
from renamed
