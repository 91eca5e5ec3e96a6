with
    coverage as (select * from {{ ref("int_digest_source_coverage") }}),

    week_files as (select * from {{ ref("int_digest_week_files") }}),

    week_rows as (select * from {{ ref("int_digest_week_rows") }}),

    rulebook_sources as (select * from {{ ref("stg_seedbed__rulebook_sources") }}),

    accounts as (
        select
            merchant_id,
            week,
            source,
            count(*) as file_count,
            cast(sum(rows_held) as bigint) as rows_held
        from week_files
        group by merchant_id, week, source
    ),

    final as (
        select
            merchant_id,
            week,
            source,
            coverage.days_covered,
            coverage.missing_days,
            coverage.latest_effective_at,
            coalesce(accounts.file_count, 0) as file_count,
            coalesce(week_rows.rows_loaded, 0) as rows_loaded,
            coalesce(week_rows.rows_quarantined, 0) as rows_quarantined,
            coalesce(accounts.rows_held, 0) as rows_held,
            rulebook_sources.due_hours,
            coalesce(rulebook_sources.is_required, false) as is_required,
            coverage.bridged_days
        from coverage
        left join accounts using (merchant_id, week, source)
        left join week_rows using (merchant_id, week, source)
        left join rulebook_sources using (source)
    )

select *
from final
