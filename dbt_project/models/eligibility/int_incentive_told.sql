with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    issued as (
        select *
        from {{ ref("stg_seedbed__issued_figures") }}
        where period = 'incentive' and is_known
    ),

    tellings as (
        select
            weeks.week,
            issued.merchant_id,
            issued.figure,
            issued.value as told,
            row_number() over (
                partition by weeks.week, issued.merchant_id, issued.figure
                order by issued.digest_week desc
            ) as telling_rank
        from weeks
        inner join issued on issued.digest_week <= weeks.week
    ),

    final as (select week, merchant_id, figure, told from tellings where telling_rank = 1)

select *
from final
