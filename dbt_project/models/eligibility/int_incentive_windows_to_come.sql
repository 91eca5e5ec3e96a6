with
    versions as (
        select
            *,
            {{ add_days("as_of", 1) }} as tomorrow,
            {{ add_days("as_of", "case when starts_next_day then 2 else 1 end") }} as window_start
        from {{ ref("int_incentive_versions") }}
        where window_kind = 'after_event'
    ),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    event_days as (select * from {{ ref("int_incentive_event_days") }}),

    event_windows as (select * from {{ ref("int_incentive_event_windows") }}),

    last_days as (
        select version_id, merchant_id, max(day) as last_day
        from event_days
        inner join versions using (event)
        where day <= as_of
        group by version_id, merchant_id
    ),

    -- of whatever version of the programme
    holding as (
        select distinct week, programme, merchant_id
        from event_windows
        inner join versions using (version_id)
        where event_windows.window_start <= tomorrow and window_end > tomorrow
    ),

    final as (
        select version_id, merchants.merchant_id, tomorrow as event_day
        from versions
        inner join merchants on coalesce(joined_on, tomorrow) <= tomorrow
        left join last_days using (version_id, merchant_id)
        left join holding using (week, programme, merchant_id)
        where
            event <> 'joined'
            and holding.merchant_id is null
            and window_start >= valid_from
            and (window_start < valid_to or valid_to is null)
            and (
                last_day is null
                or (
                    event_mode = 'dormant'
                    and last_day < {{ add_days("tomorrow", "-1 * lookback_days") }}
                )
            )
    )

select *
from final
