with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    facts as (select * from {{ ref("stg_seedbed__rulebook_facts") }}),

    -- of those that speak of the week's Sunday the last one, whenever it was made
    stated as (
        select
            as_of,
            merchant_id,
            fact,
            value,
            row_number() over (
                partition by as_of, merchant_id, fact order by recorded_at desc
            ) as statement_rank
        from weeks
        inner join facts on valid_from <= as_of and coalesce(as_of < valid_to, true)
    ),

    final as (select as_of, merchant_id, fact, value from stated where statement_rank = 1)

select *
from final
