{# A digest corrects what it led with: the headline figures of the last two months. #}
{% set figures = ["gmv", "order_count", "active_customers", "new_customers"] %}
{% set days_back = 56 %}

with
    weeks as (select * from {{ ref("stg_seedbed__weeks") }}),

    issued as (
        select *
        from {{ ref("stg_seedbed__issued_figures") }}
        where
            period = 'week'
            and figure
            in ({% for f in figures %}'{{ f }}'{% if not loop.last %}, {% endif %} {% endfor %})
    ),

    restatements as (select * from {{ ref("int_restatements") }}),

    causes as (
        select
            figure_id,
            digest_week,
            count(*) as cause_file_count,
            count(*) filter (where not is_counted) as withdrawn_file_count
        from {{ ref("int_restatement_causes") }}
        group by figure_id, digest_week
    ),

    -- what this digest corrects is what the ones before it have told last
    told_before as (
        select
            weeks.week,
            issued.figure_id,
            issued.digest_week,
            row_number() over (
                partition by weeks.week, issued.figure_id order by issued.digest_week desc
            ) as telling_rank
        from weeks
        inner join
            issued
            on issued.digest_week < weeks.week
            and issued.week < weeks.week
            and issued.week >= {{ add_days("weeks.week", -days_back) }}
    ),

    final as (
        select
            restatements.merchant_id,
            told_before.week,
            restatements.figure_id,
            restatements.week as restated_week,
            restatements.figure,
            restatements.unit,
            restatements.value_issued as value_told,
            restatements.value_now,
            coalesce(causes.cause_file_count, 0) as cause_file_count,
            coalesce(causes.withdrawn_file_count, 0) as withdrawn_file_count
        from told_before
        inner join
            restatements
            on told_before.figure_id = restatements.figure_id
            and told_before.digest_week = restatements.digest_week
        left join
            causes
            on restatements.figure_id = causes.figure_id
            and restatements.digest_week = causes.digest_week
        where told_before.telling_rank = 1
    )

select *
from final
