with
    amounts as (
        select *
        from {{ ref("int_incentive_amounts") }}
        where is_entitled and amount > 0 and (is_decided or has_budget)
    ),

    targets as (select * from {{ ref("int_incentive_targets") }}),

    days as (select * from {{ ref("int_incentive_days") }}),

    target_days as (
        select *, {{ each_day("first_day", add_days("known_until", -1)) }} as day
        from targets
        where required > 0
    ),

    added as (
        select
            version_id,
            merchant_id,
            first_day,
            entry,
            day,
            required,
            sum(
                case
                    metric
                    {% for metric in incentive_metrics() %}
                        when '{{ metric.name }}' then cast({{ metric.name }} as decimal(18, 4))
                    {% endfor %}
                end
            ) over (
                partition by version_id, merchant_id, first_day, entry, criterion_id
                order by day
                rows between unbounded preceding and current row
            ) as value_so_far
        from target_days
        inner join days using (merchant_id, day)
    ),

    -- of alternatives the first one counts
    entries as (
        select version_id, merchant_id, first_day, entry, min(day) as reached_on
        from
            (
                select version_id, merchant_id, first_day, entry, day
                from added
                where value_so_far >= required
                union all
                select version_id, merchant_id, first_day, entry, first_day
                from targets
                where required <= 0
            ) as reached
        group by version_id, merchant_id, first_day, entry
    ),

    lasts as (
        select version_id, merchant_id, first_day, max(reached_on) as reached_on
        from entries
        group by version_id, merchant_id, first_day
    ),

    final as (
        select version_id, merchant_id, first_day, coalesce(reached_on, first_day) as achieved_on
        from amounts
        left join lasts using (version_id, merchant_id, first_day)
    )

select *
from final
