with
    source as (select * from {{ source("handover", "rulebook_categories") }}),

    renamed as (select taxonomy, taxonomy_version, level, name, parent from source)

select *
from renamed
