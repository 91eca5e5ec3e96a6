with
    source as (select * from {{ source("handover", "rulebook_conditions") }}),

    renamed as (
        select
            programme,
            version,
            recorded_at,
            condition_id,
            role,
            entry,
            metric,
            comparison,
            threshold,
            period,
            period_days,
            taxonomy,
            taxonomy_version
        from source
    )

select *
from renamed
