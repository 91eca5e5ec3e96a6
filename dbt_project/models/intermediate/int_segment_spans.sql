{% set keys = ["span_type", "span_start", "segment_level", "segment", "currency"] %}

with
    spans as (select * from {{ ref("int_merchant_spans") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    segments as (
        select *, 'all' as segment_level, 'all' as segment
        from merchants
        union all
        select *, 'industry_l1', industry_l1
        from merchants
        where industry_l1 is not null
        union all
        select *, 'industry_l2', concat(industry_l1, ' / ', industry_l2)
        from merchants
        where industry_l1 is not null and industry_l2 is not null
    ),

    final as (
        select
            {{ keys | join(", ") }},
            count(*) filter (where spans.orders_days_covered > 0) as known_merchants,
            count(*) filter (where spans.order_count > 0) as active_merchants,
            case
                when count(spans.ad_spend) > 0 then count(*) filter (where spans.ad_spend > 0)
            end as active_advertisers,
            cast(sum(spans.gmv) as decimal(18, 2)) as gmv,
            cast(sum(spans.ad_spend) as decimal(18, 2)) as ad_spend,
            count(distinct segments.industry_l1) filter (
                where spans.order_count > 0
            ) as industries_l1,
            count(distinct concat(segments.industry_l1, ' / ', segments.industry_l2)) filter (
                where spans.order_count > 0 and segments.industry_l2 is not null
            ) as industries_l2,
            bool_and(spans.orders_days_covered = spans.days_in_span) as is_complete
        from spans
        inner join segments using (merchant_id)
        group by {{ keys | join(", ") }}
    )

select *
from final
