with
    lines as (select * from {{ ref("stg_qianfan__order_lines") }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    broken_orders as (
        select distinct merchant_id, row_key as order_id, file_sha256, true as is_broken
        from {{ ref("int_rejected_lines") }}
        where row_key is not null
    ),

    covered_days as (
        select merchant_id, day
        from {{ ref("int_coverage_days") }}
        where source = '{{ var("orders_source") }}'
    ),

    exported_orders as (
        select
            lines.merchant_id,
            lines.order_id,
            lines.file_sha256,
            files.effective_at,
            min(lines.paid_at) as paid_at,
            max(lines.customer_key) as customer_key,
            max(lines.order_status) as order_status,
            count(*) as line_count,
            cast(sum(lines.quantity) as bigint) as quantity,
            cast(sum(lines.paid_amount) as decimal(18, 2)) as gmv
        from lines
        inner join files using (merchant_id, file_sha256, layout_revision, reader_revision)
        group by lines.merchant_id, lines.order_id, lines.file_sha256, files.effective_at
    ),

    -- a newer export that has a line of the order in quarantine leaves the older one standing
    ranked_exports as (
        select
            exported_orders.*,
            row_number() over (
                partition by merchant_id, order_id
                order by coalesce(is_broken, false), effective_at desc, file_sha256 desc
            ) as export_rank
        from exported_orders
        left join broken_orders using (merchant_id, order_id, file_sha256)
    ),

    paid_orders as (
        select
            *,
            {{ business_date("paid_at") }} as paid_date,
            row_number() over (
                partition by merchant_id, customer_key order by paid_at, order_id
            ) as customer_order_number
        from ranked_exports
        where export_rank = 1 and paid_at is not null
    ),

    final as (
        select
            paid_orders.merchant_id,
            order_id,
            paid_at,
            paid_date,
            customer_key,
            order_status,
            line_count,
            quantity,
            gmv,
            coalesce(order_status in ('已取消', '已关闭'), false) as is_cancelled_after_payment,
            customer_key is null as is_anonymous,
            customer_key is not null and customer_order_number = 1 as is_first_order,
            covered_days.day is not null as is_covered,
            file_sha256
        from paid_orders
        left join
            covered_days
            on paid_orders.merchant_id = covered_days.merchant_id
            and paid_orders.paid_date = covered_days.day
    )

select *
from final
