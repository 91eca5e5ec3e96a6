{% set keys = ["merchant_id", "week", "source"] %}

with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchant_sources as (select * from {{ ref("stg_seedbed__merchant_sources") }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    file_coverage as (select * from {{ ref("stg_seedbed__coverage") }}),

    covered_days as (select * from {{ ref("int_coverage_days") }}),

    week_days as (select week, {{ each_day("week", "as_of") }} as day from weeks),

    expected_days as (
        select *, cast(day as {{ dbt.type_string() }}) as day_text
        from merchant_sources
        cross join week_days
    ),

    days as (
        select
            {{ keys | join(", ") }},
            count(covered_days.file_count) as days_covered,
            {{
                dbt.listagg(
                    "case when covered_days.file_count is null then day_text end",
                    "', '",
                    "order by day",
                )
            }} as missing_days
        from expected_days
        left join covered_days using (merchant_id, source, day)
        group by {{ keys | join(", ") }}
    ),

    newest_exports as (
        select {{ keys | join(", ") }}, max(files.effective_at) as latest_effective_at
        from file_coverage
        inner join files using (merchant_id, source, file_sha256)
        inner join weeks on file_coverage.covered_from <= weeks.as_of
        group by {{ keys | join(", ") }}
    ),

    final as (
        select {{ keys | join(", ") }}, days_covered, missing_days, latest_effective_at
        from days
        left join newest_exports using ({{ keys | join(", ") }})
    )

select *
from final
