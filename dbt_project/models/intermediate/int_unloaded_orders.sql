with
    rejected_lines as (select * from {{ ref("int_rejected_lines") }} where is_current),

    orders as (select * from {{ ref("int_orders") }}),

    -- a line whose order stands whole, from an older export, is missing nowhere
    missing_lines as (
        select rejected_lines.*, orders.order_id is not null as has_order
        from rejected_lines
        left join
            orders
            on rejected_lines.merchant_id = orders.merchant_id
            and rejected_lines.row_key = orders.order_id
        where orders.order_id is null or orders.file_sha256 = rejected_lines.file_sha256
    ),

    final as (
        select
            merchant_id,
            row_date as day,
            count(distinct row_key) filter (where not has_order) as order_count,
            cast(coalesce(sum(paid_amount), 0) as decimal(18, 2)) as gmv,
            bool_or(paid_amount is null) as has_unreadable
        from missing_lines
        where row_date is not null
        group by merchant_id, row_date
    )

select *
from final
