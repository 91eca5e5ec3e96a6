with
    open_windows as (
        select version_id, merchant_id, first_day
        from {{ ref("int_incentive_amounts") }}
        where is_decided and has_open_tier
    ),

    day_readings as (select * from {{ ref("int_incentive_day_readings") }}),

    register_readings as (select * from {{ ref("int_incentive_register_readings") }}),

    -- what a condition lacks, an event of which nobody can be sure, and a tier that is open
    unknown as (
        select version_id, merchant_id, first_day, source
        from day_readings
        where
            (role in ('gate', 'goal') and is_met is null)
            or (role = 'event' and (value is null or days_missing > 0))
        union all
        select version_id, merchant_id, first_day, source
        from register_readings
        where is_met is null
        union all
        select version_id, merchant_id, first_day, source
        from day_readings
        inner join open_windows using (version_id, merchant_id, first_day)
        where role in ('measure', 'baseline') and (value is null or days_missing > 0)
    ),

    final as (
        select version_id, merchant_id, first_day, {{ text_list("source") }} as missing
        from unknown
        group by version_id, merchant_id, first_day
    )

select *
from final
