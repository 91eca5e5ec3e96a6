{% set sources = [
    "qianfan__aftersales",
    "qianfan__live_sessions",
    "juguang__accounts",
    "juguang__campaigns",
    "juguang__units",
    "juguang__creatives",
    "juguang__notes",
    "juguang__keywords",
    "juguang__search_words",
] %}

with
    {% for name in sources %}
        {{ name }} as (select *, '{{ name }}' as source from {{ source("quarantine", name) }}),
    {% endfor %}

    all_rows as (
        {% for name in sources %}
            select *
            from {{ name }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    renamed as (
        select distinct
            merchant_id,
            source,
            _file_sha256 as file_sha256,
            _row_number as row_number,
            _layout_revision as layout_revision,
            _reader_revision as reader_revision,
            _effective_at as effective_at,
            row_key,
            row_date
        from all_rows
    )

select *
from renamed
