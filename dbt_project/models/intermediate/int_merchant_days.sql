with
    histories as (select * from {{ ref("int_merchant_histories") }}),

    covered_days as (select * from {{ ref("int_coverage_days") }}),

    orders as (select * from {{ ref("int_orders") }} where is_covered),

    customer_days as (select * from {{ ref("int_customer_days") }}),

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
            bool_or(source = '{{ var("ads_source") }}') as ads_covered
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
            {% for figure in [
                "order_count",
                "anonymous_order_count",
                "active_customers",
                "new_customers",
            ] %}
                case
                    when coverage.orders_covered then coalesce({{ figure }}, 0)
                end as {{ figure }},
            {% endfor %}
            {% for figure in ["gmv", "anonymous_gmv"] %}
                cast(
                    case when coverage.orders_covered then coalesce({{ figure }}, 0) end as decimal(
                        18, 2
                    )
                ) as {{ figure }},
            {% endfor %}
            coalesce(coverage.orders_covered, false) as orders_covered,
            coalesce(coverage.aftersales_covered, false) as aftersales_covered,
            coalesce(coverage.ads_covered, false) as ads_covered
        from merchant_days
        left join coverage using (merchant_id, day)
        left join order_figures using (merchant_id, day)
        left join customer_figures using (merchant_id, day)
    )

select *
from final
