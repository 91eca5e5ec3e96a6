with
    ad_days as (select * from {{ ref("int_ad_days") }}),

    final as (
        select
            merchant_id,
            'juguang' as platform,
            account_id,
            replace(source, 'juguang__', '') as level,
            time_unit,
            breakdown,
            ad_key,
            day,
            {{ ad_ids() | join(", ") }},
            placement,
            marketing_goal,
            optimize_goal,
            promoted_object,
            bid_mode,
            build_mode,
            targeting,
            creator_name,
            kfs_role,
            {% for figure in ad_figures() %} {{ figure.name }}, {% endfor %}
            is_account_total,
            file_sha256
        from ad_days
    )

select *
from final
