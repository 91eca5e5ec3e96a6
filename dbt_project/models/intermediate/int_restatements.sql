with
    issued as (
        select
            *, row_number() over (partition by figure_id order by digest_week desc) as telling_rank
        from {{ ref("stg_seedbed__issued_figures") }}
    ),

    now_figures as (
        select *
        from {{ ref("int_issued_figures") }}
        union all
        select *
        from {{ ref("int_issued_cohort_cells") }}
    ),

    final as (
        select
            issued.figure_id,
            issued.digest_week,
            issued.telling_rank = 1 as is_newest_telling,
            issued.merchant_id,
            issued.week,
            issued.period,
            issued.figure,
            issued.unit,
            issued.revision,
            issued.value as value_issued,
            now_figures.value as value_now,
            issued.issued_at,
            now_figures.period_start,
            now_figures.period_end,
            issued.figure in ('refund_amount', 'net_gmv') as is_of_refunds,
            -- whether a customer is new depends on all days before
            issued.period = 'cohort'
            or issued.figure in ('new_customers', 'returning_customers') as is_of_history
        from issued
        inner join now_figures using (figure_id)
        where issued.value is distinct from now_figures.value
    )

select *
from final
