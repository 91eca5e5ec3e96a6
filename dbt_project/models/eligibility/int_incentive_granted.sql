with
    windows as (
        select * from {{ ref("int_incentive_windows") }} where is_decided and not is_to_come
    ),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    grants as (select * from {{ ref("int_incentive_grants") }}),

    names as (
        select week, programme, name_zh as programme_name
        from versions
        union
        select week, programme, name_en
        from versions
        union
        select week, programme, name_it
        from versions
    ),

    given as (
        select week, programme, merchant_id, reward_unit, day, sum(granted) as granted
        from grants
        inner join names using (programme_name)
        group by week, programme, merchant_id, reward_unit, day
    ),

    final as (
        select
            version_id,
            windows.merchant_id,
            first_day,
            cast(sum(granted) as decimal(18, 2)) as granted
        from given
        inner join versions using (week, programme, reward_unit)
        inner join windows using (version_id, merchant_id)
        where given.day >= window_start and given.day < known_until
        group by version_id, windows.merchant_id, first_day
    )

select *
from final
