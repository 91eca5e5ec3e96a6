with
    versions as (select * from {{ ref("int_incentive_versions") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    shared_windows as (select * from {{ ref("int_incentive_shared_windows") }}),

    event_windows as (select * from {{ ref("int_incentive_event_windows") }}),

    windows_to_come as (select * from {{ ref("int_incentive_windows_to_come") }}),

    windows as (
        select
            version_id,
            merchant_id,
            window_start,
            window_end,
            cast(null as date) as event_day,
            is_in_version
        from shared_windows
        inner join merchants on coalesce(joined_on < window_end, true)
        union all
        select version_id, merchant_id, window_start, window_end, event_day, true
        from event_windows
        union all
        select version_id, merchant_id, null, null, event_day, true
        from windows_to_come
    ),

    final as (
        select
            version_id,
            merchant_id,
            -- of a window to come nobody knows the first day; it is asked about as of tomorrow
            coalesce(window_start, {{ add_days("as_of", 1) }}) as first_day,
            least(
                coalesce(window_end, {{ add_days("as_of", 1) }}), {{ add_days("as_of", 1) }}
            ) as known_until,
            window_start,
            window_end,
            event_day,
            as_of,
            is_in_version,
            window_start is null as is_to_come,
            is_in_version and coalesce(window_end > week, true) as is_decided
        from windows
        inner join versions using (version_id)
        where
            window_start is null
            -- whoever reads of a week on the Monday after it asks about what begins on that day
            or (
                window_start <= {{ add_days("as_of", 1) }}
                and (window_end > week or needs_earlier_windows)
            )
    )

select *
from final
