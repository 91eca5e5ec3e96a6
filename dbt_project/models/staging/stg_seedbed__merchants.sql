with
    source as (select * from {{ source("handover", "register") }}),

    renamed as (
        select
            merchant_id,
            name_zh,
            name_en,
            name_it,
            locale,
            timezone,
            currency,
            industry_l1,
            industry_l2,
            joined_on,
            is_private_domain
        from source
    )

select *
from renamed
