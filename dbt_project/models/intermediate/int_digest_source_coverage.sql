{% set keys = ["merchant_id", "week", "source"] %}

with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    merchant_sources as (select * from {{ ref("stg_seedbed__merchant_sources") }}),

    files as (select * from {{ ref("stg_seedbed__files") }}),

    file_coverage as (select * from {{ ref("stg_seedbed__coverage") }} where is_loaded),

    covered_days as (select * from {{ ref("int_coverage_days") }}),

    sources as (
        select merchant_id, source
        from merchant_sources
        union
        select merchant_id, source
        from covered_days
        inner join merchants using (merchant_id)
    ),

    week_days as (select week, {{ each_day("week", "as_of") }} as day from weeks),

    source_days as (
        select *, cast(day as {{ dbt.type_string() }}) as day_text from sources cross join week_days
    ),

    days as (
        select
            {{ keys | join(", ") }},
            count(covered_days.file_count) as days_covered,
            {% for name, condition in {
                "missing_days": "covered_days.file_count is null",
                "bridged_days": "covered_days.is_bridged",
            }.items() %}
                {{
                    dbt.listagg(
                        "case when " ~ condition ~ " then day_text end", "', '", "order by day"
                    )
                }} as {{ name }} {%- if not loop.last %},{% endif %}
            {% endfor %}
        from source_days
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
        select
            {{ keys | join(", ") }}, days_covered, missing_days, latest_effective_at, bridged_days
        from days
        left join newest_exports using ({{ keys | join(", ") }})
    )

select *
from final
