with
    day_sums as (select * from {{ ref("int_incentive_day_sums") }}),

    judged as (
        select
            *,
            days_needed - days_known as days_missing,
            case
                when days_needed > days_known and may_fall
                then null
                when comparison in ('at_least', 'below') and known_value >= threshold
                then true
                when comparison in ('above', 'at_most') and known_value > threshold
                then true
                when days_needed = days_known and known_value is not null
                then false
            end as is_beyond
        from day_sums
    ),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            role,
            criterion_id,
            entry,
            is_alone,
            known_value as value,
            days_covered,
            coverage,
            days_missing,
            greatest(period_from, joined_on) as needed_from,
            period_to,
            case
                coverage
                when 'orders'
                then '{{ var("orders_source") }}'
                when 'ads'
                then '{{ var("ads_source") }}'
                when 'live'
                then '{{ var("live_source") }}'
                when 'net'
                then
                    case
                        when aftersales_days = days_needed
                        then '{{ var("orders_source") }}'
                        when orders_days = days_needed
                        then '{{ var("aftersales_source") }}'
                        else '{{ var("aftersales_source") }}, {{ var("orders_source") }}'
                    end
            end as source,
            case
                when role = 'goal' and is_to_come
                then false
                when comparison in ('at_least', 'above')
                then is_beyond
                when comparison in ('at_most', 'below')
                then not is_beyond
            end as is_met
        from judged
    )

select *
from final
