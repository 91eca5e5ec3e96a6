with
    merchant_facts as (select * from {{ ref("int_digest_comparisons") }} where period = 'week'),

    file_facts as (select * from {{ ref("int_team_file_facts") }}),

    merchant_sources as (
        select merchant_id, true as is_expected
        from {{ ref("stg_seedbed__merchant_sources") }}
        where source = '{{ var("orders_source") }}'
    ),

    weekly_merchants as (
        select
            week,
            figure,
            unit,
            value,
            days_covered = days_in_period as is_complete,
            days_covered > 0 as has_days,
            coalesce(is_expected, false) as is_expected
        from merchant_facts
        left join merchant_sources using (merchant_id)
        where figure in ('gmv', 'order_count')
    ),

    merchant_counts as (
        select
            week,
            count(*) as merchants,
            count(*) filter (where is_complete) as merchants_complete,
            count(*) filter (where has_days and not is_complete) as merchants_partial,
            count(*) filter (where is_expected and not has_days) as merchants_missing
        from weekly_merchants
        where figure = 'gmv'
        group by week
    ),

    facts as (
        {% for figure in [
            "merchants",
            "merchants_complete",
            "merchants_partial",
            "merchants_missing",
        ] %}
            select
                week,
                '{{ figure }}' as figure,
                {{ figure }} as value,
                'merchants' as unit,
                true as is_complete
            from merchant_counts
            union all
        {% endfor %}
        select
            week,
            case when figure = 'gmv' then concat('gmv_', unit) else figure end,
            sum(value),
            unit,
            bool_and(is_complete or not (is_expected or has_days))
        from weekly_merchants
        group by week, figure, unit
        union all
        select week, figure, value, unit, true
        from file_facts
    ),

    final as (
        select
            concat('team/', {{ iso_week_label("week") }}, '/', figure) as figure_id,
            week,
            figure,
            cast(value as decimal(18, 2)) as value,
            unit,
            value is not null as is_known,
            is_complete
        from facts
    )

select *
from final
