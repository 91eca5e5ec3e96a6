with
    segments as (select * from {{ ref("int_segment_growth") }}),

    final as (
        select
            span_type,
            span_start,
            segment_level,
            segment,
            currency,
            known_merchants,
            active_merchants,
            active_advertisers,
            gmv,
            ad_spend,
            industries_l1,
            industries_l2,
            industries_l1_listed,
            industries_l2_listed,
            active_merchants_base,
            active_merchants_pct_change,
            active_merchants_multiple,
            active_advertisers_base,
            active_advertisers_pct_change,
            active_advertisers_multiple,
            gmv_base,
            gmv_pct_change,
            gmv_multiple,
            is_complete,
            is_base_complete
        from segments
    )

select *
from final
