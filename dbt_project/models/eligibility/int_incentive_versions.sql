with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    versions as (select * from {{ ref("stg_seedbed__rulebook_versions") }}),

    groups as (select * from {{ ref("stg_seedbed__rulebook_groups") }}),

    -- a week knows what was recorded before the end of its Sunday, of each version the last record
    known as (
        select
            weeks.week,
            weeks.as_of,
            versions.*,
            row_number() over (
                partition by weeks.week, programme, version order by recorded_at desc
            ) as record_rank
        from weeks
        inner join versions on {{ business_date("recorded_at") }} <= weeks.as_of
    ),

    numbered as (
        select
            *,
            row_number() over (order by week, programme, version) as version_id,
            merchant_cap is not null
            or claims_cap is not null
            or budget is not null
            or is_first_time_only as counts_earlier_windows
        from known
        where record_rank = 1
    ),

    ranked as (
        select version_id, week, exclusive_group, rank
        from numbered
        inner join groups using (programme, version, recorded_at)
    ),

    -- a window that is over may have met one that is still open, and excludes it
    excluding as (
        select lower_ranked.version_id
        from ranked
        inner join
            ranked as lower_ranked
            on ranked.week = lower_ranked.week
            and ranked.exclusive_group = lower_ranked.exclusive_group
            and ranked.rank > lower_ranked.rank
        group by lower_ranked.version_id
    ),

    final as (
        select
            numbered.*,
            counts_earlier_windows or excluding.version_id is not null as needs_earlier_windows
        from numbered
        left join excluding using (version_id)
    )

select *
from final
