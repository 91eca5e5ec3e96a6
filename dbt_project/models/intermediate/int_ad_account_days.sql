{% set keys = ["merchant_id", "account_id", "stat_date"] %}

with
    ad_rows as (select * from {{ ref("int_ad_rows") }} where account_id is not null),

    -- daily before hourly, whole before broken down, and a coarse level before a finer one
    ranked_rows as (
        select
            *,
            dense_rank() over (
                partition by {{ keys | join(", ") }}
                order by level_number, breakdown_count, time_unit, breakdown
            ) as cut_rank
        from ad_rows
    ),

    final as (
        select
            merchant_id,
            account_id,
            stat_date as day,
            source,
            time_unit,
            breakdown,
            {% for figure in ad_figures() %}
                cast(sum({{ figure.name }}) as {{ figure.type }}) as {{ figure.name }}
                {%- if not loop.last %}, {% endif %}
            {% endfor %}
        from ranked_rows
        where cut_rank = 1
        group by merchant_id, account_id, stat_date, source, time_unit, breakdown
    )

select *
from final
