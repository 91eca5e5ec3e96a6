with
    eligibility as (select * from {{ ref("fct_incentive_eligibility") }}),

    criteria as (select * from {{ ref("fct_incentive_criteria") }} where {{ is_open_step() }}),

    versions as (select * from {{ ref("stg_seedbed__rulebook_versions") }}),

    -- of each window the step that is nearest by share
    ranked_steps as (
        select
            *,
            row_number() over (
                partition by merchant_id, programme, window_key, week
                order by is_next_step desc, gap / required, criterion_id
            ) as step_rank
        from criteria
    ),

    names as ({{ programme_names() }}),

    final as (
        select
            eligibility.merchant_id,
            eligibility.week,
            eligibility.programme,
            eligibility.window_key,
            names.name_zh,
            names.name_en,
            names.name_it,
            eligibility.status,
            eligibility.cap_unit,
            eligibility.earned,
            eligibility.granted,
            case when eligibility.shortfall > 0 then eligibility.told end as told_before,
            eligibility.cap,
            eligibility.window_end,
            eligibility.days_left,
            eligibility.is_assumption,
            eligibility.missing,
            ranked_steps.metric as next_metric,
            ranked_steps.unit as next_unit,
            ranked_steps.gap as next_gap,
            coalesce(ranked_steps.is_next_step, false) as is_next_step,
            {{ is_lapsing("ranked_steps.gap is not null") }} as is_lapsing
        from eligibility
        inner join
            names
            on eligibility.programme = names.programme
            and eligibility.rule_version = names.version
        left join
            ranked_steps
            on eligibility.merchant_id = ranked_steps.merchant_id
            and eligibility.programme = ranked_steps.programme
            and eligibility.window_key = ranked_steps.window_key
            and eligibility.week = ranked_steps.week
            and ranked_steps.step_rank = 1
    )

select *
from final
