with
    files as (select * from {{ ref("stg_seedbed__files") }} where status = 'loaded'),

    final as (
        select
            merchant_id,
            file_sha256,
            source,
            file_name,
            layout_revision,
            reader_revision,
            effective_at,
            is_effective_at_assumed
        from files
    )

select *
from final
