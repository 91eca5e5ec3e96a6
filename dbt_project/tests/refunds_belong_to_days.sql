{{
    config(
        meta={
            "description": "What is refunded of the orders of covered days is the same, to the cent, in refunds, days, weeks and months.",
            "dagster": {"ref": {"name": "fct_refunds"}},
        }
    )
}}

with
    days as (select * from {{ ref("fct_merchant_days") }} where refund_amount is not null),

    refunds as (
        select days.merchant_id, coalesce(sum(amount), 0) as refund_amount
        from days
        left join
            {{ ref("fct_refunds") }} as refunds
            on days.merchant_id = refunds.merchant_id
            and days.day = refunds.paid_date
        group by days.merchant_id
    ),

    totals as ({{ sums_by_mart(["refund_amount"]) }})

select *
from totals
inner join refunds using (merchant_id)
where totals.refund_amount is distinct from refunds.refund_amount
