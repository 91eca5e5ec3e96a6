with
    versions as (select * from {{ ref("int_incentive_versions") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    oldest as (select min(joined_on) as joined_on from merchants),

    -- windows before the version matter where a tier counts only once, and those before this week
    -- where something is counted over all
    searched as (
        select
            versions.*,
            {{
                add_days(
                    "case"
                    " when is_first_time_only"
                    " then least(coalesce(oldest.joined_on, valid_from), valid_from)"
                    " when needs_earlier_windows then valid_from"
                    " else greatest(valid_from, week) end",
                    -31,
                )
            }} as searched_from
        from versions
        cross join oldest
        where window_kind in ('weekly', 'monthly')
    ),

    days as (
        select version_id, {{ each_day("searched_from", add_days("as_of", 1)) }} as window_start
        from searched
    ),

    recurring as (
        select
            searched.*,
            window_start,
            case
                when window_kind = 'weekly'
                then {{ add_days("window_start", 7) }}
                else {{ add_months("window_start", 1) }}
            end as window_end
        from days
        inner join searched using (version_id)
        where
            (window_kind = 'monthly' and window_start = {{ period_start("month", "window_start") }})
            or (window_kind = 'weekly' and {{ iso_weekday("window_start") }} = week_starts)
    ),

    campaigns as (
        select version_id, campaign_start as window_start, campaign_end as window_end
        from versions
        where
            window_kind = 'campaign'
            and campaign_start >= valid_from
            and campaign_start < coalesce(valid_to, {{ add_days("campaign_start", 1) }})
            and campaign_start <= {{ add_days("as_of", 1) }}
            and (campaign_end > week or needs_earlier_windows)
    ),

    final as (
        select version_id, window_start, window_end, true as is_in_version
        from campaigns
        union all
        select version_id, window_start, window_end, window_start >= valid_from as is_in_version
        from recurring
        where
            window_start < coalesce(valid_to, {{ add_days("window_start", 1) }})
            and (
                (window_start >= valid_from and (window_end > week or needs_earlier_windows))
                or (window_start < valid_from and is_first_time_only)
            )
    )

select *
from final
