with
    rejected_lines as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("orders_source") }}'
    ),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected as (
        select
            rejected_lines.merchant_id,
            rejected_lines.file_sha256,
            rejected_lines.row_number,
            rejected_lines.row_key,
            rejected_lines.row_date,
            {{ json_text("rejected_lines.cells", "paid_amount") }} as paid_amount_text,
            files.effective_at
        from rejected_lines
        inner join files using (merchant_id, file_sha256, layout_revision, reader_revision)
    ),

    -- where the export that counts for an order is not its newest, that one is rejected itself
    passed as (
        select merchant_id, order_id as row_key, file_sha256, effective_at
        from {{ ref("int_exported_orders") }}
    ),

    order_files as (
        select merchant_id, row_key, file_sha256, effective_at
        from rejected
        union
        select merchant_id, row_key, passed.file_sha256, passed.effective_at
        from passed
        inner join rejected using (merchant_id, row_key)
    ),

    ranked_files as (
        select
            *,
            row_number() over (
                partition by merchant_id, row_key order by effective_at desc, file_sha256 desc
            ) as file_rank
        from order_files
    ),

    newest_files as (
        select merchant_id, row_key, file_sha256 from ranked_files where file_rank = 1
    ),

    final as (
        select
            rejected.merchant_id,
            rejected.file_sha256,
            rejected.row_number,
            rejected.row_key,
            rejected.row_date,
            try_cast(rejected.paid_amount_text as decimal(18, 2)) as paid_amount,
            rejected.row_key is null or newest_files.file_sha256 is not null as is_current
        from rejected
        left join newest_files using (merchant_id, row_key, file_sha256)
    )

select *
from final
