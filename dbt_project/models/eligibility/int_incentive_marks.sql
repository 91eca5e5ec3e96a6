with
    day_rules as (select * from {{ ref("int_incentive_day_rules") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    final as (
        select merchant_id, period_from as day
        from day_rules
        where period_from is not null
        union
        select merchant_id, period_to as day
        from day_rules
        where period_from is not null
        union
        select merchant_id, joined_on
        from merchants
        where joined_on is not null
    )

select *
from final
