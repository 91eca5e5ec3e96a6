{% set ids = ad_levels().values() | sum(start=[]) | unique | list %}

with
    {% for name in ad_levels() %}
        {{ name }} as (select * from {{ source("raw", name) }}),
    {% endfor %}

    renamed as (
        {% for name, own in ad_levels().items() %}
            select
                merchant_id,
                '{{ name }}' as source,
                _file_sha256 as file_sha256,
                _row_number as row_number,
                _layout_revision as layout_revision,
                _reader_revision as reader_revision,
                _effective_at as effective_at,
                _cut as cut,
                {% for id in ids %}
                    {% if id in own %} {{ id }},
                    {% else %} cast(null as {{ dbt.type_string() }}) as {{ id }},
                    {% endif %}
                {% endfor %}
                {{ ad_dimensions() | join(", ") }},
                {% for figure in ad_figures() + ad_means() %}
                    {{ figure.name }} {%- if not loop.last %}, {% endif %}
                {% endfor %}
            from {{ name }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from renamed
