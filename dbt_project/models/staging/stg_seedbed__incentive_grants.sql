with
    source as (select * from {{ source("raw", "seedbed__incentive_grants") }}),

    renamed as (
        select
            {{ row_keys() }},
            programme_name,
            grant_id,
            granted_at,
            valid_from,
            valid_to,
            grant_unit,
            granted_quantity,
            shop_id
        from source
    )

select *
from renamed
