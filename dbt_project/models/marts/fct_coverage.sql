with
    coverage_days as (select * from {{ ref("int_coverage_days") }}),

    final as (select merchant_id, source, day, file_count, evidence, is_bridged from coverage_days)

select *
from final
