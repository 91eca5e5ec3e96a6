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
                    ('gmv', 'money', 'orders', true),
                    ('order_count', 'orders', 'orders', true),
                    ('aov', 'money', 'orders', false),
                    ('active_customers', 'customers', 'orders', true),
                    ('new_customers', 'customers', 'orders', true),
                    ('returning_customers', 'customers', 'orders', false),
                    ('anonymous_order_count', 'orders', 'orders', false),
                    ('anonymous_gmv', 'money', 'orders', false),
                    ('refund_amount', 'money', 'refunds', false),
                    ('net_gmv', 'money', 'refunds', false)
            ) as figures(figure, unit, basis, is_month_to_date)
    ),

    measured as (
        select
            known_figures.merchant_id,
            known_figures.week,
            known_figures.period,
            known_figures.side,
            known_figures.basis,
            figures.figure,
            case
                figures.basis
                when 'refunds'
                then known_figures.refund_days_covered
                else known_figures.orders_days_covered
            end as days_covered,
            {{ digest_figure("known_figures") }} as value
        from known_figures
        cross join figures
        -- refunds of the newest week have had the least time to arrive: no base is fair
        where figures.basis = 'orders' or known_figures.side = 'value'
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
            max(days_covered) filter (where side = 'value' and basis = 'all') as days_covered
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
            figures.basis = 'orders' as is_comparable,
            wide.value,
            wide.base_value,
            {{ growth("wide.value", "wide.base_value") }} as change,
            {{ growth("wide.common_value", "wide.common_base_value") }} as like_for_like_change,
            coalesce(wide.days_covered, 0) as days_covered
        from periods
        inner join merchants using (merchant_id)
        cross join figures
        left join wide using (merchant_id, week, period, figure)
        where periods.period = 'week' or figures.is_month_to_date
    )

select *
from final
