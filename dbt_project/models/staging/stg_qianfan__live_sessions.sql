with
    source as (select * from {{ source("raw", "qianfan__live_sessions") }}),

    renamed as (
        select
            {{ row_keys() }},
            host,
            started_at,
            duration_min,
            paid_gmv,
            refund_amount,
            refund_orders,
            refund_buyers,
            exposure_users,
            exposures,
            viewers,
            views,
            avg_online,
            avg_stay,
            interaction_users,
            comment_users,
            new_followers,
            item_exposure_users,
            item_exposures,
            item_click_users,
            item_clicks,
            buyers,
            orders,
            units,
            shop_id,
            shop_name
        from source
    )

select *
from renamed
