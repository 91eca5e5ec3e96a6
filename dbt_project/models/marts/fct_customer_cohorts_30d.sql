with
    cohorts as (select * from {{ ref("int_cohorts") }} where clock = '30d'),

    final as (
        select merchant_id, cohort_month, cell_number as age_30d, {{ cohort_figures() }}
        from cohorts
    )

select *
from final
