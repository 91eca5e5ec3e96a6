with
    merchant_days as (select * from {{ ref("int_merchant_days") }}),

    live_days as (
        select merchant_id, day
        from {{ ref("int_coverage_days") }}
        where source = '{{ var("live_source") }}'
    ),

    sessions as (select * from {{ ref("int_live_sessions") }}),

    broadcasts as (
        select distinct merchant_id, day, 1 as is_broadcast from {{ ref("int_first_broadcasts") }}
    ),

    live_figures as (
        select
            merchant_id,
            day,
            sum(paid_gmv) as live_gmv,
            sum(minutes_on_air) as live_minutes,
            sum(exposures) as live_exposures
        from sessions
        group by merchant_id, day
    ),

    covered as (
        select
            merchant_days.*,
            gmv - refund_amount as net_gmv,
            orders_covered and aftersales_covered as net_covered,
            live_days.day is not null as live_covered
        from merchant_days
        left join live_days using (merchant_id, day)
    ),

    final as (
        select
            merchant_id,
            day,
            {% for metric in incentive_metrics() %}
                cast(
                    case
                        when {{ metric.coverage }}_covered
                        then
                            {% if metric.name == "broadcast_days" %} broadcasts.is_broadcast
                            {% else %} {{ metric.name }}
                            {% endif %}
                    end as {{ metric.type }}
                ) as {{ metric.name }},
            {% endfor %}
            {% for coverage in incentive_coverages() %}
                {{ coverage }}_covered {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from covered
        left join live_figures using (merchant_id, day)
        left join broadcasts using (merchant_id, day)
    )

select *
from final
