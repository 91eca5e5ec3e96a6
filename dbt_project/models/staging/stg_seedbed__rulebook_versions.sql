with
    source as (select * from {{ source("handover", "rulebook_versions") }}),

    renamed as (
        select
            programme,
            version,
            recorded_at,
            name_zh,
            name_en,
            name_it,
            valid_from,
            valid_to,
            certainty,
            is_assumption,
            source_title,
            quoted_on,
            window_kind,
            event,
            event_mode,
            lookback_days,
            window_days,
            starts_next_day,
            week_starts,
            campaign_start,
            campaign_end,
            reward_unit,
            reward_mode,
            measure_metric,
            measure_basis,
            baseline_from,
            baseline_to,
            zero_baseline,
            is_first_time_only,
            window_cap,
            merchant_cap,
            claims_cap,
            budget
        from source
    )

select *
from renamed
