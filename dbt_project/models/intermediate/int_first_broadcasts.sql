{% set dormant_days = 30 %}

with
    sessions as (select * from {{ ref("int_live_sessions") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    covered_days as (
        select merchant_id, day
        from {{ ref("int_coverage_days") }}
        where source = '{{ var("live_source") }}'
    ),

    parameters as (select * from {{ ref("stg_seedbed__rulebook_parameters") }}),

    shortest as ({{ rulebook_parameter("first_broadcast_minutes", "minutes", "integer", 0) }}),

    judged as (
        select
            sessions.merchant_id,
            shop_id,
            day,
            merchants.joined_on,
            coalesce(minutes_on_air >= shortest.minutes, shortest.minutes = 0) as is_long_enough
        from sessions
        cross join shortest
        left join merchants on sessions.merchant_id = merchants.merchant_id
    ),

    broadcasts as (
        select *, lag(day) over (partition by merchant_id, shop_id order by day) as previous_day
        from judged
        where is_long_enough
    ),

    -- days before the merchant was there need no export
    known as (
        select
            broadcasts.merchant_id,
            shop_id,
            broadcasts.day,
            count(covered_days.day) as days_covered,
            count(covered_days.day) filter (
                where covered_days.day >= {{ add_days("broadcasts.day", -dormant_days) }}
            ) as recent_days_covered
        from broadcasts
        left join
            covered_days
            on broadcasts.merchant_id = covered_days.merchant_id
            and covered_days.day >= broadcasts.joined_on
            and covered_days.day < broadcasts.day
        group by broadcasts.merchant_id, shop_id, broadcasts.day
    ),

    measured as (
        select
            *,
            -- one that was on air before it joined, or is in no register, has a past that nobody
            -- knows
            case when joined_on <= day then {{ days_between("joined_on", "day") }} end as days_there
        from broadcasts
        left join known using (merchant_id, shop_id, day)
    ),

    final as (
        select
            merchant_id,
            shop_id,
            day,
            case
                when previous_day is not null then false when days_covered = days_there then true
            end as is_first_ever,
            case
                when {{ days_between("previous_day", "day") }} <= {{ dormant_days }}
                then false
                when days_there <= {{ dormant_days }} and recent_days_covered = days_there
                then true
                when days_there > {{ dormant_days }} and recent_days_covered = {{ dormant_days }}
                then true
            end as is_first_in_30_days
        from measured
    )

select *
from final
