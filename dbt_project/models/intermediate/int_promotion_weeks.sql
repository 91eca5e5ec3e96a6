with
    promotions as (select * from {{ ref("stg_seedbed__rulebook_promotions") }}),

    editions as (
        select
            *,
            {{
                days_between(
                    "lag(main_day) over (partition by promotion order by main_day)", "main_day"
                )
            }} as days_since_last
        from promotions
    ),

    edition_days as (
        select
            promotion,
            main_day,
            days_since_last,
            is_assumption,
            {{ each_day("first_day", "last_day") }} as day
        from editions
    ),

    weeks as (
        select
            {{ period_start("week", "day") }} as week,
            promotion,
            main_day,
            days_since_last,
            is_assumption,
            count(*) as promotion_days
        from edition_days
        group by
            {{ period_start("week", "day") }}, promotion, main_day, days_since_last, is_assumption
    ),

    -- a week that touches two promotions is of the one that has more of its days
    ranked as (
        select
            *, row_number() over (partition by week order by promotion_days desc, main_day) as rank
        from weeks
    ),

    final as (
        select
            week,
            promotion,
            main_day,
            -- two editions more than a year and a half apart have a missing one between them
            case when days_since_last < 548 then days_since_last end as shift_days,
            promotion_days,
            is_assumption
        from ranked
        where rank = 1
    )

select *
from final
