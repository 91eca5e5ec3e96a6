with
    criteria as (select * from {{ ref("int_incentive_criteria") }} where role in ('goal', 'tier')),

    decisions as (
        select version_id, merchant_id, first_day, window_end, next_tier
        from {{ ref("int_incentive_decisions") }}
        where status in ('in_progress', 'eligible') and window_end > {{ add_days("as_of", 1) }}
    ),

    versions as (select version_id, week, programme from {{ ref("int_incentive_versions") }}),

    -- one alternative is enough
    entries as (
        select
            criteria.*,
            coalesce(
                bool_or(is_met) over (
                    partition by version_id, merchant_id, first_day, role, entry, tier
                ),
                false
            ) as is_entry_met
        from criteria
    ),

    open_gaps as (
        select
            entries.version_id,
            entries.merchant_id,
            entries.first_day,
            role,
            criterion_id,
            week,
            programme,
            window_end,
            -- whole numbers, so that equal shares are equal
            cast((required - actual) * 10000 as double)
            / cast(required * 10000 as double) as gap_share
        from entries
        inner join decisions using (version_id, merchant_id, first_day)
        inner join versions using (version_id)
        where
            not is_entry_met
            and required > actual
            and required > 0
            and (role = 'goal' or entries.tier = next_tier)
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by week, merchant_id
                order by gap_share, window_end, programme, criterion_id
            ) as step_rank
        from open_gaps
    ),

    final as (
        select version_id, merchant_id, first_day, role, criterion_id
        from ranked
        where step_rank = 1
    )

select *
from final
