{% set spans = {"month": "period_start", "half_year": half_year("period_start")} %}

with
    months as (select * from {{ ref("int_periods") }} where period_type = 'month'),

    dated_months as (
        {% for span_type, span_start in spans.items() %}
            select *, '{{ span_type }}' as span_type, cast({{ span_start }} as date) as span_start
            from months
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    final as (
        select
            merchant_id,
            span_type,
            span_start,
            cast(sum(order_count) as bigint) as order_count,
            cast(sum(gmv) as decimal(18, 2)) as gmv,
            cast(sum(ad_spend) as decimal(18, 2)) as ad_spend,
            cast(sum(orders_days_covered) as bigint) as orders_days_covered,
            max(
                case
                    span_type
                    when 'month'
                    then days_in_period
                    else {{ days_between("span_start", add_months("span_start", 6)) }}
                end
            ) as days_in_span
        from dated_months
        group by merchant_id, span_type, span_start
    )

select *
from final
