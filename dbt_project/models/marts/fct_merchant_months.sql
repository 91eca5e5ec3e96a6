with
    periods as (select * from {{ ref("int_periods") }} where period_type = 'month'),

    growth as (select * from {{ ref("int_period_growth") }} where period_type = 'month'),

    previous as (select * from growth where comparison = 'previous'),

    year_ago as (select * from growth where comparison = 'year_ago'),

    final as (
        select merchant_id, period_start as month, {{ merchant_period_figures("mom") }}
        from periods
        left join previous using (merchant_id, period_start)
        left join year_ago using (merchant_id, period_start)
    )

select *
from final
