with
    source as (select * from {{ source("handover", "issued") }}),

    renamed as (
        select
            figure_id,
            merchant_id,
            week,
            revision,
            period,
            figure,
            value,
            unit,
            is_known,
            issued_at,
            coalesce(digest_week, week) as digest_week
        from source
    )

select *
from renamed
