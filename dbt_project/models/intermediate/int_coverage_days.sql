with
    coverage as (select * from {{ ref("stg_seedbed__coverage") }}),

    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    file_days as (
        select
            coverage.merchant_id,
            coverage.source,
            coverage.file_sha256,
            coverage.evidence,
            coverage.bridge_days,
            case
                coverage.evidence when 'declared' then 3 when 'rows_to_export' then 2 else 1
            end as strength,
            {{ each_day("coverage.covered_from", "coverage.covered_to") }} as day
        from coverage
        inner join files using (merchant_id, file_sha256)
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
    bridged_days as (
        select
            merchant_id, source, {{ each_day(add_days("day", 1), add_days("next_day", -1)) }} as day
        from neighbours
        where
            {{ days_between("day", "next_day") }} - 1
            between 1 and least(bridge_days, next_bridge_days)
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
