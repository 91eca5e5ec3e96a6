with
    eligibility as (select * from {{ ref("fct_incentive_eligibility") }}),

    criteria as (select * from {{ ref("fct_incentive_criteria") }}),

    budgets as (select * from {{ ref("fct_incentive_budgets") }}),

    versions as (select * from {{ ref("stg_seedbed__rulebook_versions") }}),

    names as ({{ programme_names() }}),

    lacking as (
        select distinct merchant_id, programme, window_key, week, true as is_lacking
        from criteria
        where {{ is_open_step() }}
    ),

    windows as (
        select
            *,
            status in ('in_progress', 'eligible') as is_open,
            {{ is_lapsing("coalesce(is_lacking, false)") }} as is_lapsing
        from eligibility
        left join lacking using (merchant_id, programme, window_key, week)
    ),

    counted as (
        select
            week,
            programme,
            rule_version,
            cap_unit as unit,
            max(certainty) as certainty,
            bool_or(is_assumption) as is_assumption,
            count(*) filter (where is_open) as windows_open,
            count(*) filter (where achieved_on >= week) as windows_gained,
            count(*) filter (where is_lapsing) as windows_lapsing,
            count(*) filter (where status in ('achieved', 'exhausted')) as windows_achieved,
            count(*) filter (where status = 'undecidable') as windows_undecidable,
            cast(coalesce(sum(earned), 0) as decimal(18, 2)) as earned,
            -- where the most that one window can give is unknown, so is that of all
            count(*) filter (where is_open and remaining is null) as windows_without_cap,
            sum(remaining) filter (where is_open) as remaining
        from windows
        group by week, programme, rule_version, cap_unit
    ),

    final as (
        select
            counted.week,
            counted.programme,
            counted.rule_version,
            name_zh,
            name_en,
            name_it,
            counted.unit,
            certainty,
            is_assumption,
            windows_open,
            windows_gained,
            windows_lapsing,
            windows_achieved,
            windows_undecidable,
            earned,
            cast(
                case when windows_without_cap = 0 then coalesce(remaining, 0) end as decimal(18, 2)
            ) as can_be_earned,
            budget,
            committed
        from counted
        inner join
            names on counted.programme = names.programme and counted.rule_version = names.version
        left join
            budgets
            on counted.programme = budgets.programme
            and counted.rule_version = budgets.rule_version
            and counted.week = budgets.week
    )

select *
from final
