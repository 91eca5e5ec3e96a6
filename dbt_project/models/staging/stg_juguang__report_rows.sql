{% set ids = ad_levels().values() | sum(start=[]) | unique | list %}

with
    {% for name in ad_levels() %}
        {{ name }} as (select * from {{ source("raw", name) }}),
    {% endfor %}

    renamed as (
        {% for name, own in ad_levels().items() %}
            select
                {{ row_keys() }},
                '{{ name }}' as source,
                _cut as cut,
                {% for id in ids %}
                    {% if id in own %} {{ id }},
                    {% else %} cast(null as {{ dbt.type_string() }}) as {{ id }},
                    {% endif %}
                {% endfor %}
                {{ ad_dimensions() | join(", ") }},
                {{ ad_figures() | map(attribute="name") | join(", ") }},
                {{ ad_means() | join(", ") }}
            from {{ name }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from renamed
