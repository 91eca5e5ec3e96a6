with
    cohorts as (select * from {{ ref("int_cohorts") }} where clock = 'month'),

    final as (
        select merchant_id, cohort_month, cell_number as month_number, {{ cohort_figures() }}
        from cohorts
    )

select *
from final
