with
    source as (select * from {{ source("handover", "rulebook_promotions") }}),

    renamed as (select promotion, first_day, main_day, last_day, is_assumption from source)

select *
from renamed
