with
    coverage as (select * from {{ ref("int_digest_source_coverage") }}),

    week_files as (select * from {{ ref("int_digest_week_files") }}),

    rulebook_sources as (select * from {{ ref("stg_seedbed__rulebook_sources") }}),

    accounts as (
        select
            merchant_id,
            week,
            source,
            count(*) as file_count,
            sum(rows_loaded) as rows_loaded,
            sum(rows_quarantined) as rows_quarantined,
            sum(rows_held) as rows_held
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
            {% for count in ["rows_loaded", "rows_quarantined", "rows_held"] %}
                cast(coalesce(accounts.{{ count }}, 0) as bigint) as {{ count }},
            {% endfor %}
            rulebook_sources.due_hours,
            coalesce(rulebook_sources.is_required, false) as is_required
        from coverage
        left join accounts using (merchant_id, week, source)
        left join rulebook_sources using (source)
    )

select *
from final
