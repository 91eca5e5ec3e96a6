with
    restatements as (select * from {{ ref("int_restatements") }}),

    files as (select * from {{ ref("stg_seedbed__files") }}),

    settlements as (select * from {{ ref("stg_seedbed__settlements") }}),

    merchants as (select distinct merchant_id from restatements),

    -- the days that each file speaks of now, and those that one spoke of which counts no more
    file_days as (
        select merchant_id, file_sha256, paid_date as day, false as is_of_refunds
        from {{ ref("int_orders") }}
        inner join merchants using (merchant_id)
        union
        select merchant_id, file_sha256, paid_date, true
        from {{ ref("int_refunds") }}
        inner join merchants using (merchant_id)
        union
        select
            merchant_id,
            file_sha256,
            {{ each_day("first_row_date", "last_row_date") }},
            source = '{{ var("aftersales_source") }}'
        from files
        inner join merchants using (merchant_id)
        where
            -- what was held whole has never counted, withdrawn or not
            status = 'withdrawn'
            and rows_held = 0
            and source in ('{{ var("orders_source") }}', '{{ var("aftersales_source") }}')
    ),

    final as (
        select distinct
            restatements.figure_id,
            restatements.digest_week,
            files.file_sha256,
            files.file_name,
            files.status = 'loaded' as is_counted
        from restatements
        inner join
            file_days
            on restatements.merchant_id = file_days.merchant_id
            and file_days.day <= restatements.period_end
            and (restatements.is_of_history or file_days.day >= restatements.period_start)
            and (restatements.is_of_refunds or not file_days.is_of_refunds)
        inner join
            settlements
            on file_days.merchant_id = settlements.merchant_id
            and file_days.file_sha256 = settlements.file_sha256
            and settlements.settled_at > restatements.issued_at
        inner join
            files
            on file_days.merchant_id = files.merchant_id
            and file_days.file_sha256 = files.file_sha256
            -- what came after the telling and is gone again was not in what was told
            and (files.status = 'loaded' or files.received_at <= restatements.issued_at)
    )

select *
from final
