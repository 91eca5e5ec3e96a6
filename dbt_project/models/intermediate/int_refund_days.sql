with
    refunds as (select * from {{ ref("int_refunds") }}),

    dated_refunds as (
        select merchant_id, paid_date as day, amount, cast(null as decimal(18, 2)) as amount_back
        from refunds
        where paid_date is not null
        union all
        select merchant_id, refund_date, cast(null as decimal(18, 2)), amount
        from refunds
        where refund_date is not null
    ),

    final as (
        select
            merchant_id,
            day,
            cast(sum(amount) as decimal(18, 2)) as refund_amount,
            cast(sum(amount_back) as decimal(18, 2)) as refund_amount_by_refund_date
        from dated_refunds
        group by merchant_id, day
    )

select *
from final
