with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    segment_growth as (
        select *
        from {{ ref("fct_segment_growth") }}
        where span_type = 'month' and segment_level in ('all', 'industry_l1')
    ),

    months as (select week, {{ newest_whole_month("week") }} as month from weeks),

    final as (
        select
            months.week,
            months.month,
            segment_growth.segment_level,
            segment_growth.segment,
            segment_growth.currency,
            segment_growth.active_merchants,
            segment_growth.gmv,
            segment_growth.gmv_pct_change,
            segment_growth.is_complete,
            segment_growth.is_base_complete
        from months
        inner join segment_growth on months.month = segment_growth.span_start
    )

select *
from final
