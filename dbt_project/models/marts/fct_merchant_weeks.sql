with
    periods as (select * from {{ ref("int_periods") }} where period_type = 'week'),

    growth as (select * from {{ ref("int_period_growth") }} where period_type = 'week'),

    previous as (select * from growth where comparison = 'previous'),

    year_ago as (select * from growth where comparison = 'year_ago'),

    final as (
        select merchant_id, period_start as week, {{ merchant_period_figures("wow") }}
        from periods
        left join previous using (merchant_id, period_start)
        left join year_ago using (merchant_id, period_start)
    )

select *
from final
