{% set ids = ad_ids() + (
    ad_dimensions() | reject("in", ["stat_date", "hour", "account_id"]) | list
) %}

with
    ad_rows as (select * from {{ ref("int_ad_rows") }} where account_id is not null),

    account_days as (select * from {{ ref("int_ad_account_days") }}),

    -- a newer export replaces all rows of a key, so they are of one file
    days as (
        select
            merchant_id,
            account_id,
            stat_date as day,
            source,
            time_unit,
            breakdown,
            {% for id in ids if id != "account_name" %} {{ id }}, {% endfor %}
            max(account_name) as account_name,
            {% for figure in ad_figures() %}
                cast(sum({{ figure.name }}) as {{ figure.type }}) as {{ figure.name }},
            {% endfor %}
            file_sha256
        from ad_rows
        group by
            merchant_id,
            account_id,
            stat_date,
            source,
            time_unit,
            breakdown,
            {% for id in ids if id != "account_name" %} {{ id }}, {% endfor %}
            file_sha256
    ),

    -- a cut is told by its name, and within it a row by what it is about
    keyed_days as (
        select
            *,
            concat(
                time_unit,
                '/',
                breakdown
                {% for id in ids if id != "account_name" %}
                    , '/', coalesce({{ id }}, '')
                {% endfor %}
            ) as ad_key
        from days
    ),

    final as (
        select
            keyed_days.*,
            case
                when placement is null
                then null
                when placement in ('1', '信息流')
                then 'feeds'
                when placement in ('2', '搜索')
                then 'search'
                when placement in ('4', '全站智投')
                then 'full_site'
                when placement in ('7', '视频内流')
                then 'video_feed'
                else 'other'
            end as kfs_role,
            account_days.merchant_id is not null as is_account_total
        from keyed_days
        left join
            account_days
            on keyed_days.merchant_id = account_days.merchant_id
            and keyed_days.account_id = account_days.account_id
            and keyed_days.day = account_days.day
            and keyed_days.source = account_days.source
            and keyed_days.time_unit = account_days.time_unit
            and keyed_days.breakdown = account_days.breakdown
    )

select *
from final
