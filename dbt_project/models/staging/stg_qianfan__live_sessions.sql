with
    source as (select * from {{ source("raw", "qianfan__live_sessions") }}),

    renamed as (
        select
            merchant_id,
            _file_sha256 as file_sha256,
            _row_number as row_number,
            _layout_revision as layout_revision,
            _reader_revision as reader_revision,
            _effective_at as effective_at,
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
