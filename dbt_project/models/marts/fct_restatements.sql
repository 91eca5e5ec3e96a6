with
    restatements as (select * from {{ ref("int_restatements") }} where is_newest_telling),

    causes as (
        select
            figure_id,
            digest_week,
            count(*) as cause_file_count,
            {{ text_list("file_name") }} as cause_files
        from {{ ref("int_restatement_causes") }}
        group by figure_id, digest_week
    ),

    final as (
        select
            restatements.figure_id,
            restatements.merchant_id,
            restatements.week,
            restatements.period,
            restatements.figure,
            restatements.unit,
            restatements.revision,
            restatements.issued_at,
            restatements.value_issued,
            restatements.value_now,
            cast(
                restatements.value_now - restatements.value_issued as decimal(18, 2)
            ) as difference,
            coalesce(causes.cause_file_count, 0) as cause_file_count,
            causes.cause_files
        from restatements
        left join
            causes
            on restatements.figure_id = causes.figure_id
            and restatements.digest_week = causes.digest_week
    )

select *
from final
