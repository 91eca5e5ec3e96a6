{# No advertising export is read yet: its columns stand, and are unknown. #}
{% macro unknown_ad_figures() -%}
    cast(null as decimal(18, 2)) as ad_spend,
    cast(null as bigint) as impressions,
    cast(null as bigint) as clicks,
    cast(null as bigint) as interactions,
    cast(null as decimal(18, 2)) as ad_gmv_paid_7d_by_click
{%- endmacro %}
