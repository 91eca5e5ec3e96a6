{% set key = ["merchant_id", "host", "started_at"] %}

{{
    restated(
        rows="stg_qianfan__live_sessions",
        key=key,
        sources=[var("live_source")],
    )
}}

with
    rows as ({{ touched_rows(ref("stg_qianfan__live_sessions"), key) }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    rejected_rows as (
        select *
        from {{ ref("stg_seedbed__rejected_rows") }}
        where source = '{{ var("live_source") }}'
    ),

    standing_rows as ({{ standing_rows(["shop_id", "host", "started_at"]) }}),

    final as (
        select
            merchant_id,
            file_sha256,
            row_number,
            coalesce(shop_id, '') as shop_id,
            host,
            started_at,
            cast({{ add_minutes("started_at", "duration_min") }} as timestamp) as ended_at,
            {% for figure in live_figures() %}
                {{ figure.name }} {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from standing_rows
    )

select *
from final
