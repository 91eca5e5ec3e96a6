with
    periods as (select * from {{ ref("int_periods") }} where period_type = 'week'),

    growth as (select * from {{ ref("int_period_growth") }} where period_type = 'week'),

    previous as (select * from growth where comparison = 'previous'),

    year_ago as (select * from growth where comparison = 'year_ago'),

    in_promotion as (select * from growth where comparison = 'promotion'),

    promotion_weeks as (select * from {{ ref("int_promotion_weeks") }}),

    final as (
        select
            merchant_id,
            period_start as week,
            {{ merchant_period_figures("wow", has_promotions=true) }}
        from periods
        left join previous using (merchant_id, period_start)
        left join year_ago using (merchant_id, period_start)
        left join in_promotion using (merchant_id, period_start)
        left join promotion_weeks on periods.period_start = promotion_weeks.week
    )

select *
from final
