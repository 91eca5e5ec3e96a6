with
    customer_days as (select * from {{ ref("int_customer_days") }}),

    clocked_days as (
        select
            *,
            'month' as clock,
            {{ month_index("day") }} - {{ month_index("cohort_month") }} as cell_number
        from customer_days
        union all
        select
            *,
            '30d' as clock,
            cast(floor({{ days_between("first_paid_date", "day") }} / 30) as bigint) as cell_number
        from customer_days
    ),

    final as (
        select
            merchant_id,
            clock,
            cohort_month,
            cell_number,
            count(distinct customer_key) as active_customers,
            cast(sum(order_count) as bigint) as order_count,
            cast(sum(gmv) as decimal(18, 2)) as gmv
        from clocked_days
        group by merchant_id, clock, cohort_month, cell_number
    )

select *
from final
