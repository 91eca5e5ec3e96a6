with
    covered_days as (select * from {{ ref("int_coverage_days") }}),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    merchant_sources as (select * from {{ ref("stg_seedbed__merchant_sources") }}),

    parameters as (select * from {{ ref("stg_seedbed__rulebook_parameters") }}),

    warm_up as (
        {{
            rulebook_parameter(
                "history_warmup_days", "days", "integer", var("default_history_warmup_days")
            )
        }}
    ),

    covered as (
        select
            merchant_id,
            min(day) as first_covered_day,
            max(day) as last_covered_day,
            min(day) filter (where source = '{{ var("orders_source") }}') as first_order_day,
            max(day) filter (where source = '{{ var("orders_source") }}') as last_order_day
        from covered_days
        group by merchant_id
    ),

    expected as (
        select
            merchant_id,
            bool_or(source = '{{ var("aftersales_source") }}') as expects_aftersales,
            bool_or(source = '{{ var("ads_source") }}') as expects_ads
        from merchant_sources
        group by merchant_id
    ),

    final as (
        select
            covered.merchant_id,
            covered.first_covered_day,
            covered.last_covered_day,
            covered.first_order_day,
            covered.last_order_day,
            coalesce(expected.expects_aftersales, false) as expects_aftersales,
            coalesce(expected.expects_ads, false) as expects_ads,
            coalesce(covered.first_order_day <= merchants.joined_on, false) as is_known_from_start,
            {{ add_days("covered.first_order_day", "warm_up.days") }} as warm_up_ends_on
        from covered
        cross join warm_up
        left join merchants on covered.merchant_id = merchants.merchant_id
        left join expected on covered.merchant_id = expected.merchant_id
    )

select *
from final
