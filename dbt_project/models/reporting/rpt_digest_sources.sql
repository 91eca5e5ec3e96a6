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
            cast(sum(rows_loaded) as bigint) as rows_loaded,
            cast(sum(rows_quarantined) as bigint) as rows_quarantined,
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
            {% for figure in ["rows_loaded", "rows_quarantined"] %}
                -- only orders know which week each of their lines is of
                case
                    source
                    when '{{ var("orders_source") }}'
                    then coalesce(week_rows.{{ figure }}, 0)
                    else coalesce(accounts.{{ figure }}, 0)
                end as {{ figure }},
            {% endfor %}
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
