with
    categories as (select * from {{ ref("int_categories") }}),

    final as (select taxonomy, taxonomy_version, level, name, parent from categories)

select *
from final
