with
    source as (select * from {{ source("handover", "rulebook_parameters") }}),

    renamed as (select parameter, value from source)

select *
from renamed
