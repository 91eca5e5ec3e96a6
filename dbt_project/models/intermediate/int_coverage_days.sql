with
    coverage as (select * from {{ ref("stg_seedbed__coverage") }}),

    lost_runs as (select * from coverage where not is_loaded),

    file_days as (
        select
            merchant_id,
            source,
            file_sha256,
            evidence,
            bridge_days,
            case
                evidence when 'declared' then 3 when 'rows_to_export' then 2 else 1
            end as strength,
            {{ each_day("covered_from", "covered_to") }} as day
        from coverage
        where is_loaded
    ),

    proven_days as (
        select
            merchant_id,
            source,
            day,
            count(distinct file_sha256) as file_count,
            max_by(evidence, strength) as evidence,
            max(bridge_days) as bridge_days
        from file_days
        group by merchant_id, source, day
    ),

    neighbours as (
        select
            merchant_id,
            source,
            day,
            bridge_days,
            lead(day) over (partition by merchant_id, source order by day) as next_day,
            lead(bridge_days) over (
                partition by merchant_id, source order by day
            ) as next_bridge_days
        from proven_days
    ),

    -- both layouts must allow the bridge: a gap beside a strict file stays a gap
    short_gaps as (
        select merchant_id, source, day, next_day
        from neighbours
        where
            {{ days_between("day", "next_day") }} - 1
            between 1 and least(bridge_days, next_bridge_days)
    ),

    -- a file that speaks on both sides of a gap leaves it out itself, and one that is held or
    -- withdrawn shows that the gap has days of its own
    closed_gaps as (
        select merchant_id, source, short_gaps.day
        from short_gaps
        inner join file_days as before using (merchant_id, source, day)
        inner join file_days as after using (merchant_id, source, file_sha256)
        where after.day = short_gaps.next_day
        union
        select merchant_id, source, short_gaps.day
        from lost_runs
        inner join short_gaps using (merchant_id, source)
        where covered_from < next_day and covered_to > day
    ),

    bridged_days as (
        select
            merchant_id, source, {{ each_day(add_days("day", 1), add_days("next_day", -1)) }} as day
        from short_gaps
        where (merchant_id, source, day) not in (select merchant_id, source, day from closed_gaps)
    ),

    final as (
        select merchant_id, source, day, file_count, evidence, false as is_bridged
        from proven_days
        union all
        select merchant_id, source, day, 0, 'bridged', true
        from bridged_days
    )

select *
from final
