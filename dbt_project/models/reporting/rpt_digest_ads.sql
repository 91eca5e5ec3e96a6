with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    role_days as (select * from {{ ref("int_ad_role_days") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    compared as (
        select role_days.*, weeks.week, role_days.day >= weeks.week as is_current
        from role_days
        inner join
            weeks
            on role_days.day <= weeks.as_of
            and role_days.day >= {{ add_days("weeks.week", -7) }}
    ),

    final as (
        select
            merchant_id,
            week,
            kfs_role,
            merchants.currency,
            {% for figure in ad_role_figures() %}
                cast(
                    sum({{ figure.name }}) filter (where is_current) as {{ figure.type }}
                ) as {{ figure.name }},
            {% endfor %}
            cast(sum(spend) filter (where not is_current) as decimal(18, 2)) as base_spend
        from compared
        inner join merchants using (merchant_id)
        group by merchant_id, week, kfs_role, merchants.currency
    )

select *
from final
