{% macro period_totals(keys) %}
    select
        {{ keys | join(", ") }},
        cast(sum(merchant_days.order_count) as bigint) as order_count,
        cast(sum(merchant_days.gmv) as decimal(18, 2)) as gmv,
        cast(sum(merchant_days.anonymous_order_count) as bigint) as anonymous_order_count,
        cast(sum(merchant_days.anonymous_gmv) as decimal(18, 2)) as anonymous_gmv,
        cast(sum(merchant_days.new_customers) as bigint) as customers_first_seen,
        count(*) filter (where merchant_days.orders_covered) as orders_days_covered,
        count(*) filter (where merchant_days.aftersales_covered) as aftersales_days_covered,
        count(*) filter (where merchant_days.ads_covered) as ads_days_covered
    from period_days
    inner join merchant_days using (merchant_id, day)
    group by {{ keys | join(", ") }}
{% endmacro %}
