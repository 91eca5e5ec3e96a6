{% set sources = [
    "qianfan__orders",
    "qianfan__aftersales",
    "qianfan__live_sessions",
    "qianfan__shop_days",
    "qianfan__items",
    "seedbed__incentive_grants",
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

    renamed as (select distinct {{ row_keys() }}, source, cells, row_key, row_date from all_rows)

select *
from renamed
