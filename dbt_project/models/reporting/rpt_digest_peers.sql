with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    parameters as (select * from {{ ref("stg_seedbed__rulebook_parameters") }}),

    merchant_weeks as (select * from {{ ref("fct_merchant_weeks") }}),

    least as (
        {{
            rulebook_parameter(
                "least_peers", "least_peers", "integer", var("default_least_peers")
            )
        }}
    ),

    growing as (
        select merchant_id, week, gmv_wow
        from merchant_weeks
        inner join weeks using (week)
        where is_complete and gmv_wow is not null
    ),

    -- from the narrowest group to that of all
    members as (
        {% for level, name in [
            ("industry_l2", "merchants.industry_l2"),
            ("industry_l1", "merchants.industry_l1"),
            ("all", "''"),
        ] %}
            select
                growing.*,
                '{{ level }}' as level,
                {{ loop.index }} as level_number,
                {{ name }} as group_name
            from growing
            inner join merchants using (merchant_id)
            where {{ name }} is not null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    groups as (
        select week, level, group_name, count(*) as shops, median(gmv_wow) as median_change
        from members
        group by week, level, group_name
    ),

    -- the narrowest with enough others in it
    ranked as (
        select
            members.merchant_id,
            members.week,
            members.level,
            members.group_name,
            groups.shops,
            groups.median_change,
            row_number() over (
                partition by members.merchant_id, members.week order by members.level_number
            ) as group_rank
        from members
        inner join groups using (week, level, group_name)
        cross join least
        where groups.shops > least.least_peers
    ),

    final as (
        select
            merchant_id,
            week,
            level,
            group_name,
            shops,
            -- so coarse that nobody's own change can be read out of it
            cast(round(median_change, 2) as decimal(18, 2)) as median_change
        from ranked
        where group_rank = 1
    )

select *
from final
