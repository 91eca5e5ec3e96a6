with
    source as (select * from {{ source("raw", "qianfan__shop_days") }}),

    renamed as (
        select
            {{ row_keys() }},
            stat_date,
            visitors,
            page_views,
            add_to_cart_users,
            add_to_cart_units,
            ad_visitors,
            ad_page_views,
            returning_visitors,
            new_visitors,
            paid_gmv,
            buyer_paid_amount,
            refund_amount,
            buyers,
            orders,
            units,
            returning_buyers,
            new_buyers,
            ad_buyers,
            ad_gmv,
            ad_spend,
            shop_id,
            shop_name
        from source
    )

select *
from renamed
