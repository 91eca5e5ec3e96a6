with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status in ('loaded', 'held')),

    -- a held file without a readable day speaks, by its receipt, for the week closed before
    dated_files as (
        select
            *, {{ add_days(period_start("week", business_date("received_at")), -7) }} as assumed_day
        from files
    ),

    final as (
        select
            weeks.week,
            dated_files.merchant_id,
            dated_files.file_sha256,
            dated_files.source,
            dated_files.status,
            dated_files.rows_read,
            dated_files.rows_loaded,
            dated_files.rows_quarantined,
            dated_files.rows_held,
            dated_files.rows_skipped
        from weeks
        inner join
            dated_files
            on weeks.as_of >= coalesce(first_row_date, assumed_day)
            and weeks.week <= coalesce(last_row_date, assumed_day)
        where first_row_date is not null or status = 'held'
    )

select *
from final
