with
    categories as (select * from {{ ref("stg_seedbed__rulebook_categories") }}),

    newest as (
        select taxonomy, max(taxonomy_version) as taxonomy_version from categories group by taxonomy
    ),

    final as (
        select categories.* from categories inner join newest using (taxonomy, taxonomy_version)
    )

select *
from final
