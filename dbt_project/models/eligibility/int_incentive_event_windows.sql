with
    versions as (
        select *, case when starts_next_day then 1 else 0 end as start_shift
        from {{ ref("int_incentive_versions") }}
        where window_kind = 'after_event'
    ),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    event_days as (select * from {{ ref("int_incentive_event_days") }}),

    happened as (
        select version_id, merchant_id, day as event_day
        from event_days
        inner join versions using (event)
        inner join merchants using (merchant_id)
        where
            day <= as_of
            and {{ add_days("day", "window_days + 1") }}
            > case when needs_earlier_windows then valid_from else week end
            and (joined_on is null or day >= joined_on)
            and (
                previous_day is null
                or (
                    event_mode = 'dormant'
                    and previous_day < {{ add_days("day", "-1 * lookback_days") }}
                )
            )
        union all
        select version_id, merchant_id, joined_on as event_day
        from merchants
        inner join versions on joined_on <= {{ add_days("as_of", 1) }}
        where event = 'joined'
    ),

    opened as (
        select
            version_id,
            merchant_id,
            event_day,
            {{ add_days("event_day", "start_shift") }} as window_start,
            {{ add_days("event_day", "start_shift + window_days") }} as window_end
        from happened
        inner join versions using (version_id)
    ),

    final as (
        select opened.*
        from opened
        inner join versions using (version_id)
        where window_start >= valid_from and window_start < coalesce(valid_to, window_end)
    )

select *
from final
