{% macro period_totals(keys) %}
    select
        {{ keys | join(", ") }},
        {% for figure in period_sums() -%}
            cast(sum(merchant_days.{{ figure.name }}) as {{ figure.type }}) as {{ figure.name }},
        {% endfor -%}
        cast(sum(merchant_days.new_customers) as bigint) as customers_first_seen,
        count(*) filter (where merchant_days.orders_covered) as orders_days_covered,
        count(*) filter (where merchant_days.aftersales_covered) as aftersales_days_covered,
        count(*) filter (where merchant_days.ads_covered) as ads_days_covered,
        count(merchant_days.refund_amount) as refund_days_covered
    from period_days
    inner join merchant_days using (merchant_id, day)
    group by {{ keys | join(", ") }}
{% endmacro %}
