with
    criteria as (select * from {{ ref("int_incentive_criteria") }}),

    decisions as (select * from {{ ref("int_incentive_decisions") }}),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    next_steps as (select *, true as is_next_step from {{ ref("int_incentive_next_steps") }}),

    measured as (
        select
            criteria.*,
            versions.programme,
            versions.week,
            versions.as_of,
            window_start,
            window_end,
            greatest({{ days_between("versions.as_of", "window_end") }} - 1, 0) as days_left,
            {{ days_between("window_start", "known_until") }} as days_so_far,
            case
                when comparison <> 'at_least'
                then null
                when actual >= required
                then 0
                else cast(required - actual as decimal(18, 4))
            end as gap
        from criteria
        inner join decisions using (version_id, merchant_id, first_day)
        inner join versions using (version_id)
    ),

    paced as (
        select
            *,
            case
                when role <> 'gate' and gap > 0 and days_left > 0
                then {{ divide_up(ten_thousandths("gap"), "days_left") }}
            end as pace_needed,
            case
                when role <> 'gate' and gap >= 0 and actual > 0
                then
                    {{
                        divide_up(
                            ten_thousandths("gap") ~ " * days_so_far", ten_thousandths("actual")
                        )
                    }}
            end as days_to_go
        from measured
    ),

    final as (
        select
            merchant_id,
            programme,
            {{ incentive_window_key("window_start") }} as window_key,
            week,
            as_of,
            role,
            criterion_id,
            entry,
            cast(paced.tier as bigint) as tier,
            metric,
            comparison,
            period,
            cast(actual as decimal(18, 4)) as actual,
            cast(required as decimal(18, 4)) as required,
            cast(gap as decimal(18, 4)) as gap,
            unit,
            is_met,
            {{ add_days("window_end", -1) }} as deadline,
            days_missing,
            first_missing_day,
            source,
            cast(
                cast(pace_needed as decimal(22, 0))
                * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
            ) as pace_needed,
            -- a hundred years and more are no plan
            case
                when days_to_go < 36500 then {{ add_days("as_of", "cast(days_to_go as integer)") }}
            end as projected_on,
            coalesce(is_next_step, false) as is_next_step
        from paced
        left join next_steps using (version_id, merchant_id, first_day, role, criterion_id)
    )

select *
from final
