with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    orders as (select * from {{ ref("int_orders") }}),

    rejected_lines as (select * from {{ ref("int_rejected_lines") }} where is_current),

    loaded as (
        select merchant_id, week, sum(line_count) as rows_loaded
        from weeks
        inner join orders on orders.paid_date between weeks.week and weeks.as_of
        group by merchant_id, week
    ),

    quarantined as (
        select merchant_id, week, count(*) as rows_quarantined
        from weeks
        inner join rejected_lines on rejected_lines.row_date between weeks.week and weeks.as_of
        group by merchant_id, week
    ),

    final as (
        select
            merchant_id,
            week,
            '{{ var("orders_source") }}' as source,
            cast(coalesce(rows_loaded, 0) as bigint) as rows_loaded,
            coalesce(rows_quarantined, 0) as rows_quarantined
        from loaded
        full join quarantined using (merchant_id, week)
    )

select *
from final
