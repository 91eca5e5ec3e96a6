{% set row_figures = [
    "rows_read",
    "rows_loaded",
    "rows_quarantined",
    "rows_held",
    "rows_skipped",
] %}

with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    week_files as (select * from {{ ref("int_digest_week_files") }}),

    totals as (
        select
            weeks.week,
            {% for figure in row_figures %}
                coalesce(sum(week_files.{{ figure }}), 0) as {{ figure }},
            {% endfor %}
            count(*) filter (where week_files.status = 'loaded') as files_loaded,
            count(*) filter (where week_files.status = 'held') as files_held
        from weeks
        left join week_files using (week)
        group by weeks.week
    ),

    final as (
        {% for figure in row_figures + ["files_loaded", "files_held"] %}
            select
                week,
                '{{ figure }}' as figure,
                cast({{ figure }} as bigint) as value,
                '{{ figure.split("_")[0] }}' as unit
            from totals
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from final
