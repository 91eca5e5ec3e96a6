{% set keys = ["merchant_id", "period_type", "period_start", "comparison"] %}
{% set side_keys = keys + ["side", "basis"] %}
{% set figures = ["gmv", "order_count", "active_customers", "new_customers", "ad_spend"] %}

with
    pairs as (select * from {{ ref("int_period_pairs") }}),

    periods as (select * from {{ ref("int_periods") }}),

    period_days as (select * from {{ ref("int_period_common_days") }}),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    totals as ({{ period_totals(side_keys) }}),

    order_days as (select * from period_days where basis = 'orders'),

    customers as ({{ period_customers(side_keys, "order_days") }}),

    sides as (
        select
            {{ side_keys | join(", ") }},
            totals.gmv,
            totals.order_count,
            totals.ad_spend,
            coalesce(customers.active_customers, 0) as active_customers,
            totals.customers_first_seen as new_customers
        from totals
        left join customers using ({{ side_keys | join(", ") }})
    ),

    like_for_like as (
        select
            {{ keys | join(", ") }}
            {% for figure in figures %}
                ,
                max({{ growth("sides." ~ figure, "bases." ~ figure) }}) filter (
                    where basis = '{{ "ads" if figure == "ad_spend" else "orders" }}'
                ) as {{ figure }}_like_for_like
            {% endfor %}
        from sides
        inner join
            (select * from sides where side = 'base') as bases using (
                {{ keys | join(", ") }}, basis
            )
        where sides.side = 'value'
        group by {{ keys | join(", ") }}
    ),

    final as (
        select
            merchant_id,
            period_type,
            period_start,
            comparison
            {% for figure in figures %}
                ,
                {{ growth("periods." ~ figure, "bases." ~ figure) }} as {{ figure }}_change,
                case
                    when pairs.has_same_days
                    then {{ growth("periods." ~ figure, "bases." ~ figure) }}
                    else like_for_like.{{ figure }}_like_for_like
                end as {{ figure }}_like_for_like
            {% endfor %}
        from pairs
        inner join periods using (merchant_id, period_type, period_start)
        -- a promotion has days to compare, and no period
        left join
            periods as bases
            on pairs.merchant_id = bases.merchant_id
            and pairs.period_type = bases.period_type
            and pairs.base_period_start = bases.period_start
        left join like_for_like using ({{ keys | join(", ") }})
    )

select *
from final
