{% set cut = ["source", "time_unit", "breakdown", "level_number", "breakdown_count"] %}

with
    ad_rows as (select * from {{ ref("int_ad_rows") }} where account_id is not null),

    -- added up before they are ranked, for that leaves few rows to rank
    cut_days as (
        select
            merchant_id,
            account_id,
            stat_date as day,
            {{ cut | join(", ") }},
            {% for figure in ad_figures() %}
                cast(sum({{ figure.name }}) as {{ figure.type }}) as {{ figure.name }}
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from ad_rows
        group by merchant_id, account_id, stat_date, {{ cut | join(", ") }}
    ),

    -- daily before hourly, whole before broken down, and a coarse level before a finer one
    ranked_cuts as (
        select
            *,
            row_number() over (
                partition by merchant_id, account_id, day
                order by level_number, breakdown_count, time_unit, breakdown
            ) as cut_rank
        from cut_days
    ),

    final as (
        select
            merchant_id,
            account_id,
            day,
            source,
            time_unit,
            breakdown,
            {% for figure in ad_figures() %}
                {{ figure.name }} {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from ranked_cuts
        where cut_rank = 1
    )

select *
from final
