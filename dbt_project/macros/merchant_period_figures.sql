{% macro merchant_period_figures(previous_suffix) -%}
    {%- set figures = ["gmv", "order_count", "active_customers", "new_customers"] -%}
    {%- set comparisons = {"previous": previous_suffix, "year_ago": "yoy"} -%}
    periods.order_count,
    periods.gmv,
    periods.anonymous_order_count,
    periods.anonymous_gmv,
    cast(null as decimal(18, 2)) as refund_amount,
    cast(null as decimal(18, 2)) as net_gmv,
    {{ safe_divide("periods.gmv", "periods.order_count") }} as aov,
    periods.active_customers,
    periods.new_customers,
    periods.active_customers - periods.new_customers as returning_customers,
    {{ unknown_ad_figures() }},
    cast(null as double) as roi_paid_7d_by_click,
    cast(null as double) as cac,
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
    {%- for suffix in comparisons.values() -%}
        cast(null as double) as ad_spend_{{ suffix }},
        cast(null as double) as ad_spend_{{ suffix }}_like_for_like,
    {% endfor -%}
    periods.is_history_complete,
    periods.orders_days_covered = periods.days_in_period as is_complete
{%- endmacro %}
