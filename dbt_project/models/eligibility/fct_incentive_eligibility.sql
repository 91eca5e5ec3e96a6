with
    decisions as (select * from {{ ref("int_incentive_decisions") }}),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    missing as (select * from {{ ref("int_incentive_missing") }}),

    told as (select * from {{ ref("int_incentive_told") }}),

    parameters as (select * from {{ ref("stg_seedbed__rulebook_parameters") }}),

    rulebook as (
        select max(value) as rulebook_hash from parameters where parameter = 'rulebook_hash'
    ),

    final as (
        select
            decisions.merchant_id,
            versions.programme,
            {{ incentive_window_key("decisions.window_start") }} as window_key,
            versions.week,
            versions.as_of,
            decisions.status,
            decisions.tier,
            cast(decisions.earned as decimal(18, 2)) as earned,
            cast(decisions.granted as decimal(18, 2)) as granted,
            cast(told.told as decimal(18, 2)) as told,
            cast(
                case
                    when told.told is not null and decisions.earned is not null
                    then greatest(told.told - decisions.earned, 0)
                end as decimal(18, 2)
            ) as shortfall,
            cast(decisions.cap as decimal(18, 2)) as cap,
            versions.reward_unit as cap_unit,
            cast(decisions.remaining as decimal(18, 2)) as remaining,
            decisions.window_start,
            decisions.window_end,
            case
                when decisions.window_end is not null
                then greatest({{ days_between("versions.as_of", "decisions.window_end") }} - 1, 0)
            end as days_left,
            decisions.achieved_on,
            decisions.can_rise,
            versions.reward_mode,
            decisions.excluded_by,
            missing.missing,
            versions.version as rule_version,
            versions.certainty,
            versions.is_assumption,
            rulebook.rulebook_hash
        from decisions
        inner join versions using (version_id)
        cross join rulebook
        left join missing using (version_id, merchant_id, first_day)
        left join
            told
            on versions.week = told.week
            and decisions.merchant_id = told.merchant_id
            and concat(
                'incentive/',
                versions.programme,
                '/',
                {{ incentive_window_key("decisions.window_start") }},
                '/earned'
            )
            = told.figure
    )

select *
from final
