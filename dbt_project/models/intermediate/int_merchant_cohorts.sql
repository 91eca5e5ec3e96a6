{% set keys = ["joined_month", "industry", "currency"] %}

with
    merchants as (
        select
            merchant_id,
            currency,
            industry_l1,
            {{ period_start("month", "joined_on") }} as joined_month
        from {{ ref("stg_seedbed__merchants") }}
        where joined_on is not null
    ),

    months as (select * from {{ ref("int_periods") }} where period_type = 'month'),

    members as (
        select merchant_id, joined_month, 'all' as industry, currency
        from merchants
        union all
        select merchant_id, joined_month, industry_l1, currency
        from merchants
        where industry_l1 is not null
    ),

    -- a cohort goes on to the last month that anybody of it knows
    cohorts as (
        select
            {{ keys | join(", ") }},
            count(distinct members.merchant_id) as merchants,
            max(
                {{ month_index("months.period_start") }} - {{ month_index("joined_month") }}
            ) as last_month_number
        from members
        left join months using (merchant_id)
        group by {{ keys | join(", ") }}
    ),

    cells as (
        select
            {{ keys | join(", ") }},
            merchants,
            {{ each_number("last_month_number") }} as month_number
        from cohorts
        where last_month_number >= 0
    ),

    figures as (
        select
            {{ keys | join(", ") }},
            {{ month_index("months.period_start") }}
            - {{ month_index("joined_month") }} as month_number,
            count(*) filter (where months.orders_days_covered > 0) as known_merchants,
            count(*) filter (where months.order_count > 0) as active_merchants,
            sum(months.gmv) as gmv,
            sum(months.ad_spend) as ad_spend,
            count(*) filter (
                where months.orders_days_covered = months.days_in_period
            ) as complete_merchants
        from members
        inner join months using (merchant_id)
        group by
            {{ keys | join(", ") }},
            {{ month_index("months.period_start") }} - {{ month_index("joined_month") }}
    ),

    final as (
        select
            {{ keys | join(", ") }},
            month_number,
            cells.merchants,
            coalesce(figures.known_merchants, 0) as known_merchants,
            case
                when figures.known_merchants > 0 then figures.active_merchants
            end as active_merchants,
            cast(figures.gmv as decimal(18, 2)) as gmv,
            cast(figures.ad_spend as decimal(18, 2)) as ad_spend,
            coalesce(figures.complete_merchants = cells.merchants, false) as is_complete
        from cells
        left join figures using ({{ keys | join(", ") }}, month_number)
    )

select *
from final
