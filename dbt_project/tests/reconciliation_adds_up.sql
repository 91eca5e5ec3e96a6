{{
    config(
        meta={
            "description": "The causes of a difference make it, and orders of both sides are those of the other marts.",
            "dagster": {"ref": {"name": "fct_reconciliation"}},
        }
    )
}}

with
    days as (
        select
            days.merchant_id,
            {{ period_start("week", "days.day") }} as week,
            sum(days.gmv) as gmv,
            sum(days.order_count) as order_count
        from {{ ref("fct_merchant_days") }} as days
        inner join {{ ref("int_shop_days") }} as told using (merchant_id, day)
        group by days.merchant_id, {{ period_start("week", "days.day") }}
    )

select *
from {{ ref("fct_reconciliation") }} as weeks
left join days using (merchant_id, week)
where
    {% for figure in reconciled_figures() %}
        weeks.{{ figure }}_difference
        <> weeks.{{ figure }}_uncovered_days
        + weeks.{{ figure }}_quarantined
        + weeks.{{ figure }}_cancelled_after_payment
        + weeks.{{ figure }}_other
        or weeks.{{ figure }} is distinct from days.{{ figure }}
        or
    {% endfor %}
    weeks.refund_difference <> weeks.refund_basis + weeks.refund_other
