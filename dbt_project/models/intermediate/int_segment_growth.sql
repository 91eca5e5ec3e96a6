{% set figures = ["active_merchants", "active_advertisers", "gmv"] %}

with
    spans as (select * from {{ ref("int_segment_spans") }}),

    industries as (
        select
            nullif(count(*) filter (where level = 1), 0) as industries_l1,
            nullif(count(*) filter (where level = 2), 0) as industries_l2
        from {{ ref("int_categories") }}
        where taxonomy = 'ad_industry'
    ),

    final as (
        select
            spans.span_type,
            spans.span_start,
            spans.segment_level,
            spans.segment,
            spans.currency,
            spans.known_merchants,
            spans.active_merchants,
            spans.active_advertisers,
            spans.gmv,
            spans.ad_spend,
            spans.industries_l1,
            spans.industries_l2,
            industries.industries_l1 as industries_l1_listed,
            industries.industries_l2 as industries_l2_listed,
            {% for figure in figures %}
                bases.{{ figure }} as {{ figure }}_base,
                {{ growth("spans." ~ figure, "bases." ~ figure) }} as {{ figure }}_pct_change,
                {{ safe_divide("spans." ~ figure, "bases." ~ figure) }} as {{ figure }}_multiple,
            {% endfor %}
            spans.is_complete,
            coalesce(bases.is_complete, false) as is_base_complete
        from spans
        cross join industries
        left join
            spans as bases
            on spans.span_type = bases.span_type
            and {{ add_months("spans.span_start", -12) }} = bases.span_start
            and spans.segment_level = bases.segment_level
            and spans.segment = bases.segment
            and spans.currency = bases.currency
    )

select *
from final
