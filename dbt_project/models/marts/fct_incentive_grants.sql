with
    grants as (select * from {{ ref("int_incentive_grants") }}),

    final as (
        select
            merchant_id,
            grant_id,
            programme_name,
            shop_id,
            day,
            granted_at,
            valid_from,
            valid_to,
            reward_unit,
            granted,
            file_sha256
        from grants
    )

select *
from final
