{% set key = ["merchant_id", "source", "stat_date"] %}

{{
    restated(
        rows="stg_juguang__report_rows",
        key=key,
        sources=ad_keys() | list,
    )
}}

{% set keys_of = ad_keys() %}
{% set reports = ref("stg_juguang__report_rows") %}

with
    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    {% for name, keys in keys_of.items() %}
        {{ name }} as (
            with
                -- each level reads its own files: one relation for all would be held whole
                rows as ({{ touched_rows(reports, key, "rows.source = '" ~ name ~ "'") }}),

                rejected_rows as (
                    select *
                    from {{ ref("stg_seedbed__rejected_rows") }}
                    where source = '{{ name }}'
                )

                {{ standing_rows(keys) }}
        ),
    {% endfor %}

    standing as (
        {% for name in keys_of %}
            select *, {{ loop.index }} as level_number
            from {{ name }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    final as (
        select
            merchant_id,
            source,
            file_sha256,
            row_number,
            level_number,
            case when cut like 'hour%' then 'hour' else 'day' end as time_unit,
            substr(cut, case when cut like 'hour%' then 6 else 5 end) as breakdown,
            length(cut) - length(replace(cut, '/', '')) as breakdown_count,
            {{ ad_ids() | join(", ") }},
            {{ ad_dimensions() | join(", ") }},
            {% for figure in ad_figures() %}
                {{ figure.name }} {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from standing
    )

select *
from final
