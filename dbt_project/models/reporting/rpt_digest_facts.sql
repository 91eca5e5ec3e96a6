with
    comparisons as (select * from {{ ref("int_digest_comparisons") }}),

    histories as (select * from {{ ref("int_merchant_histories") }}),

    final as (
        select
            concat(
                merchant_id, '/', {{ iso_week_label("week") }}, '/', period, '/', figure
            ) as figure_id,
            merchant_id,
            week,
            period,
            figure,
            period_start,
            period_end,
            value,
            unit,
            case
                when not is_comparable
                then null
                when period = 'week'
                then 'previous_week'
                else 'previous_month_to_date_same_days'
            end as comparison,
            base_period_start,
            base_value,
            change,
            like_for_like_change,
            days_covered,
            days_in_period,
            days_covered > 0 as is_known,
            days_covered = days_in_period as is_complete,
            {{ is_history_complete("period_start") }} as is_history_complete,
            coalesce(base_value <> 0, false) as has_base
        from comparisons
        left join histories using (merchant_id)
    )

select *
from final
