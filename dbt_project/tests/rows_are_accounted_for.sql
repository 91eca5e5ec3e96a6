{{
    config(
        meta={
            "description": "Per file, rows read are those loaded, quarantined, held and skipped, and the rows loaded are there.",
            "dagster": {"ref": {"name": "stg_seedbed__files"}},
        }
    )
}}

{% set address = "merchant_id, file_sha256, layout_revision, reader_revision" %}

with
    lines as (
        {% for model in [
            "stg_qianfan__order_lines",
            "stg_qianfan__aftersales",
            "stg_qianfan__live_sessions",
            "stg_qianfan__shop_days",
            "stg_qianfan__items",
            "stg_seedbed__incentive_grants",
            "stg_juguang__report_rows",
        ] %}
            select {{ address }}
            from {{ ref(model) }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    present as (select {{ address }}, count(*) as rows_present from lines group by {{ address }})

select *
from {{ ref("stg_seedbed__files") }} as files
left join present using ({{ address }})
where
    files.rows_read
    <> files.rows_loaded + files.rows_quarantined + files.rows_held + files.rows_skipped
    or (
        files.status = 'loaded'
        and (
            files.source like '{{ var("ads_platform") }}%'
            or files.source in (
                '{{ var("orders_source") }}',
                '{{ var("aftersales_source") }}',
                '{{ var("live_source") }}',
                '{{ var("shop_days_source") }}',
                '{{ var("items_source") }}'
            )
        )
        and files.rows_loaded <> coalesce(present.rows_present, 0)
    )
