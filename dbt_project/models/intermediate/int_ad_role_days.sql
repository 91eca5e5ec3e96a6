{% set figures = ad_role_figures() %}
{% set names = figures | map(attribute="name") | join(", ") %}

with
    ad_days as (select * from {{ ref("int_ad_days") }}),

    -- of the cuts that name a placement the coarsest one speaks for all of them
    placed_cuts as (
        select
            *,
            dense_rank() over (
                partition by merchant_id, account_id, day
                order by
                    time_unit,
                    case
                        source
                        {% for level in ad_levels() -%}
                            when '{{ level }}' then {{ loop.index }}
                        {% endfor %}
                    end,
                    length(breakdown) - length(replace(breakdown, '/', '')),
                    breakdown
            ) as cut_rank
        from ad_days
        where kfs_role is not null
    ),

    roles as (
        select
            merchant_id,
            account_id,
            day,
            kfs_role,
            {% for figure in figures %}
                sum({{ figure.name }}) as {{ figure.name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from placed_cuts
        where cut_rank = 1
        group by merchant_id, account_id, day, kfs_role
    ),

    -- what the roles do not explain of an account's own total
    parts as (
        select merchant_id, account_id, day, 'unattributed' as kfs_role, {{ names }}
        from {{ ref("int_ad_account_days") }}
        union all
        select
            merchant_id,
            account_id,
            day,
            'unattributed' as kfs_role,
            {% for figure in figures %}
                -{{ figure.name }} as {{ figure.name }}{% if not loop.last %},{% endif %}
            {% endfor %}
        from roles
        union all
        select merchant_id, account_id, day, kfs_role, {{ names }}
        from roles
    ),

    final as (
        select
            merchant_id,
            day,
            kfs_role,
            {% for figure in figures %}
                cast(sum({{ figure.name }}) as {{ figure.type }}) as {{ figure.name }}
                {% if not loop.last %},{% endif %}
            {% endfor %}
        from parts
        group by merchant_id, day, kfs_role
    )

select *
from final
