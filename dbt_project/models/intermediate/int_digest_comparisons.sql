with
    periods as (select * from {{ ref("int_digest_periods") }}),

    known_figures as (select * from {{ ref("int_digest_figures") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    -- the month so far shows only what a merchant can still act on
    figures as (
        select *
        from
            (
                values
                    ('gmv', 'money', true, true),
                    ('order_count', 'orders', true, true),
                    ('aov', 'money', true, false),
                    ('active_customers', 'customers', true, true),
                    ('new_customers', 'customers', true, true),
                    ('returning_customers', 'customers', true, false),
                    ('anonymous_order_count', 'orders', true, false),
                    ('anonymous_gmv', 'money', true, false),
                    ('refund_amount', 'money', false, false),
                    ('net_gmv', 'money', false, false)
            ) as figures(figure, unit, has_source, is_month_to_date)
    ),

    measured as (
        select
            known_figures.merchant_id,
            known_figures.week,
            known_figures.period,
            known_figures.side,
            known_figures.basis,
            known_figures.orders_days_covered,
            figures.figure,
            {{ digest_figure("known_figures") }} as value
        from known_figures
        cross join figures
    ),

    wide as (
        select
            merchant_id,
            week,
            period,
            figure,
            max(value) filter (where side = 'value' and basis = 'all') as value,
            max(value) filter (where side = 'base' and basis = 'all') as base_value,
            max(value) filter (where side = 'value' and basis = 'like_for_like') as common_value,
            max(value) filter (
                where side = 'base' and basis = 'like_for_like'
            ) as common_base_value,
            max(orders_days_covered) filter (where side = 'value' and basis = 'all') as days_covered
        from measured
        group by merchant_id, week, period, figure
    ),

    final as (
        select
            periods.merchant_id,
            periods.week,
            periods.period,
            figures.figure,
            periods.period_start,
            periods.period_end,
            periods.base_period_start,
            periods.days_in_period,
            case when figures.unit = 'money' then merchants.currency else figures.unit end as unit,
            figures.has_source,
            wide.value,
            wide.base_value,
            {{ growth("wide.value", "wide.base_value") }} as change,
            {{ growth("wide.common_value", "wide.common_base_value") }} as like_for_like_change,
            case
                when figures.has_source then coalesce(wide.days_covered, 0) else 0
            end as days_covered
        from periods
        inner join merchants using (merchant_id)
        cross join figures
        left join wide using (merchant_id, week, period, figure)
        where periods.period = 'week' or figures.is_month_to_date
    )

select *
from final
