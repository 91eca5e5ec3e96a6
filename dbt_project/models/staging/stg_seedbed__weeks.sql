with
    source as (select * from {{ source("handover", "weeks") }}),

    renamed as (select week, as_of from source)

select *
from renamed
