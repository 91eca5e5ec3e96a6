{% set key = ["merchant_id", "order_id"] %}

{{
    restated(
        rows="stg_qianfan__order_lines",
        key=key,
        sources=[var("orders_source")],
    )
}}

with
    lines as ({{ touched_rows(ref("stg_qianfan__order_lines"), key) }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    broken_orders as (
        select distinct
            merchant_id,
            row_key as order_id,
            file_sha256,
            layout_revision,
            reader_revision,
            true as is_broken
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("orders_source") }}' and row_key is not null
    ),

    exports as (
        select distinct
            lines.merchant_id,
            lines.order_id,
            lines.file_sha256,
            lines.layout_revision,
            lines.reader_revision,
            files.effective_at
        from lines
        inner join files using (merchant_id, file_sha256, layout_revision, reader_revision)
    ),

    -- a newer export that has a line of the order in quarantine leaves the older one standing
    ranked_exports as (
        select
            exports.*,
            row_number() over (
                partition by merchant_id, order_id
                order by coalesce(is_broken, false), effective_at desc, file_sha256 desc
            ) as export_rank
        from exports
        left join
            broken_orders using (
                merchant_id, order_id, file_sha256, layout_revision, reader_revision
            )
    ),

    -- only now the lines: to add up those of every export takes more than ranking exports by keys
    final as (
        select
            lines.merchant_id,
            lines.order_id,
            lines.file_sha256,
            ranked_exports.effective_at,
            min(lines.paid_at) as paid_at,
            max(lines.customer_key) as customer_key,
            max(lines.order_status) as order_status,
            count(*) as line_count,
            cast(sum(lines.quantity) as bigint) as quantity,
            cast(sum(lines.paid_amount) as decimal(18, 2)) as gmv
        from lines
        inner join
            ranked_exports using (
                merchant_id, order_id, file_sha256, layout_revision, reader_revision
            )
        where ranked_exports.export_rank = 1
        group by lines.merchant_id, lines.order_id, lines.file_sha256, ranked_exports.effective_at
    )

select *
from final
