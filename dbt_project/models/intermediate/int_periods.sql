{% set keys = ["merchant_id", "period_type", "period_start"] %}

with
    period_days as (select * from {{ ref("int_period_days") }}),

    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    customer_days as (select * from {{ ref("int_customer_days") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    totals as ({{ period_totals(keys) }}),

    customers as ({{ period_customers(keys) }}),

    calendar as (
        select distinct
            period_type,
            period_start,
            case
                when period_type = 'week'
                then {{ iso_year("period_start") }}
                else extract(year from period_start)
            end as period_year,
            case
                when period_type = 'week'
                then {{ iso_week("period_start") }}
                else extract(month from period_start)
            end as period_number,
            case
                when period_type = 'week'
                then {{ add_days("period_start", -7) }}
                else {{ add_months("period_start", -1) }}
            end as previous_period_start,
            case
                when period_type = 'week'
                then 7
                else {{ days_between("period_start", add_months("period_start", 1)) }}
            end as days_in_period
        from period_days
    ),

    figures as (
        select
            *,
            case
                when orders_days_covered > 0 then coalesce(active_customers, 0)
            end as known_active_customers,
            case
                when orders_days_covered > 0 then coalesce(new_customers, 0)
            end as known_new_customers
        from totals
        left join customers using ({{ keys | join(", ") }})
    ),

    final as (
        select
            merchant_id,
            period_type,
            period_start,
            calendar.period_year,
            calendar.period_number,
            calendar.previous_period_start,
            {% for figure in period_sums() %} figures.{{ figure.name }}, {% endfor %}
            figures.known_active_customers as active_customers,
            figures.known_new_customers as new_customers,
            figures.orders_days_covered,
            case
                when histories.expects_aftersales then figures.aftersales_days_covered
            end as aftersales_days_covered,
            case when histories.expects_ads then figures.ads_days_covered end as ads_days_covered,
            calendar.days_in_period,
            {{ is_history_complete("period_start") }} as is_history_complete
        from figures
        inner join calendar using (period_type, period_start)
        inner join histories using (merchant_id)
    )

select *
from final
