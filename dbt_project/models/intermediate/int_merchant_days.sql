{% set figures = day_figures() %}

with
    histories as (select * from {{ ref("int_merchant_histories") }}),

    covered_days as (select * from {{ ref("int_coverage_days") }}),

    orders as (select * from {{ ref("int_orders") }} where is_covered),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    refund_figures as (select * from {{ ref("int_refund_days") }}),

    ad_figures as (select * from {{ ref("int_ad_merchant_days") }}),

    merchant_days as (
        select merchant_id, {{ each_day("first_covered_day", "last_covered_day") }} as day
        from histories
    ),

    coverage as (
        select
            merchant_id,
            day,
            bool_or(source = '{{ var("orders_source") }}') as orders_covered,
            bool_or(source = '{{ var("aftersales_source") }}') as aftersales_covered,
            bool_or(source like '{{ var("ads_platform") }}%') as ads_covered
        from covered_days
        group by merchant_id, day
    ),

    order_figures as (
        select
            merchant_id,
            paid_date as day,
            count(*) as order_count,
            sum(gmv) as gmv,
            count(*) filter (where is_anonymous) as anonymous_order_count,
            sum(gmv) filter (where is_anonymous) as anonymous_gmv
        from orders
        group by merchant_id, paid_date
    ),

    customer_figures as (
        select
            merchant_id,
            day,
            count(*) as active_customers,
            count(*) filter (where day = first_paid_date) as new_customers
        from customer_days
        group by merchant_id, day
    ),

    final as (
        select
            merchant_id,
            day,
            {% for figure in figures %}
                cast(
                    case
                        when {{ figure.is_known }} then coalesce({{ figure.name }}, 0)
                    end as {{ figure.type }}
                ) as {{ figure.name }},
            {% endfor %}
            coalesce(coverage.orders_covered, false) as orders_covered,
            coalesce(coverage.aftersales_covered, false) as aftersales_covered,
            coalesce(coverage.ads_covered, false) as ads_covered
        from merchant_days
        left join coverage using (merchant_id, day)
        left join order_figures using (merchant_id, day)
        left join customer_figures using (merchant_id, day)
        left join refund_figures using (merchant_id, day)
        left join ad_figures using (merchant_id, day)
    )

select *
from final
