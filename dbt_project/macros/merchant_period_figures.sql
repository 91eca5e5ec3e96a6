{% macro merchant_period_figures(previous_suffix, has_promotions=false) -%}
    {%- set figures = ["gmv", "order_count", "active_customers", "new_customers", "ad_spend"] -%}
    {%- set comparisons = {"previous": previous_suffix, "year_ago": "yoy"} -%}
    periods.order_count,
    periods.gmv,
    periods.anonymous_order_count,
    periods.anonymous_gmv,
    periods.refund_amount,
    cast(periods.gmv - periods.refund_amount as decimal(18, 2)) as net_gmv,
    periods.refund_amount_by_refund_date,
    {{ safe_divide("periods.gmv", "periods.order_count") }} as aov,
    periods.active_customers,
    periods.new_customers,
    periods.active_customers - periods.new_customers as returning_customers,
    periods.ad_spend,
    periods.impressions,
    periods.clicks,
    periods.interactions,
    periods.ad_gmv_paid_7d_by_click,
    {{ safe_divide("periods.ad_gmv_paid_7d_by_click", "periods.ad_spend") }}
    as roi_paid_7d_by_click,
    {{ safe_divide("periods.ad_spend", "periods.new_customers") }} as cac,
    periods.orders_days_covered,
    periods.aftersales_days_covered,
    periods.ads_days_covered,
    periods.days_in_period,
    {% for figure in figures -%}
        {%- for comparison, suffix in comparisons.items() -%}
            {{ comparison }}.{{ figure }}_change as {{ figure }}_{{ suffix }},
            {{ comparison }}.{{ figure }}_like_for_like as {{ figure }}_{{ suffix }}_like_for_like,
        {% endfor %}
    {%- endfor %}
    {% if has_promotions -%}
        promotion_weeks.promotion,
        {{ add_days("periods.period_start", "-1 * promotion_weeks.shift_days") }}
        as promotion_base_start,
        {% for figure in figures -%}
            in_promotion.{{ figure }}_like_for_like as {{ figure }}_promo_yoy,
        {% endfor %}
    {%- endif %}
    periods.is_history_complete,
    periods.orders_days_covered = periods.days_in_period as is_complete
{%- endmacro %}
