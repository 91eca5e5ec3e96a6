with
    states as (select * from {{ ref("int_incentive_states") }} where is_in_version),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    groups as (select * from {{ ref("stg_seedbed__rulebook_groups") }}),

    grouped as (
        select
            states.version_id,
            merchant_id,
            first_day,
            coalesce(window_end, {{ add_days("first_day", 1) }}) as end_day,
            coalesce(gates_met and is_certain, false) as is_promised,
            week,
            programme,
            exclusive_group,
            rank
        from states
        inner join versions using (version_id)
        inner join groups using (programme, version, recorded_at)
    ),

    final as (
        select
            excluded.version_id,
            excluded.merchant_id,
            excluded.first_day,
            min_by(excluding.programme, excluding.rank) as excluded_by
        from grouped as excluded
        inner join
            grouped as excluding
            on excluded.week = excluding.week
            and excluded.merchant_id = excluding.merchant_id
            and excluded.exclusive_group = excluding.exclusive_group
            and excluded.rank > excluding.rank
            and excluded.programme <> excluding.programme
            and excluded.first_day < excluding.end_day
            and excluding.first_day < excluded.end_day
        where excluding.is_promised
        group by excluded.version_id, excluded.merchant_id, excluded.first_day
    )

select *
from final
