with
    rejected_lines as (select * from {{ ref("int_rejected_lines") }} where is_current),

    orders as (select * from {{ ref("int_orders") }}),

    -- a line whose order stands whole, from an older export, is missing nowhere
    missing_lines as (
        select
            rejected_lines.merchant_id,
            rejected_lines.row_date as day,
            rejected_lines.row_key,
            orders.order_id is not null as has_order,
            case
                when rejected_lines.row_key is not null and rejected_lines.paid_amount >= 0
                then rejected_lines.paid_amount
            end as gmv
        from rejected_lines
        left join
            orders
            on rejected_lines.merchant_id = orders.merchant_id
            and rejected_lines.row_key = orders.order_id
        where
            rejected_lines.row_date is not null
            and (orders.order_id is null or orders.file_sha256 = rejected_lines.file_sha256)
    ),

    final as (
        select
            merchant_id,
            day,
            count(distinct row_key) filter (where not has_order) as order_count,
            cast(coalesce(sum(gmv), 0) as decimal(18, 2)) as gmv,
            bool_or(gmv is null) as has_unreadable
        from missing_lines
        group by merchant_id, day
    )

select *
from final
