with
    source as (select * from {{ source("handover", "rulebook_tiers") }}),

    renamed as (select programme, version, recorded_at, tier, tier_from, amount, rate from source)

select *
from renamed
