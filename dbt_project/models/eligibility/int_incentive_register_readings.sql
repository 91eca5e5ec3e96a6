with
    windows as (select * from {{ ref("int_incentive_windows") }} where is_in_version),

    rules as (select * from {{ ref("int_incentive_rules") }} where coverage is null),

    merchants as (select * from {{ ref("stg_seedbed__merchants") }}),

    versions as (select * from {{ ref("int_incentive_versions") }}),

    categories as (select * from {{ ref("stg_seedbed__rulebook_condition_categories") }}),

    statements as (select * from {{ ref("int_incentive_statements") }}),

    listed as (
        select version_id, condition_id as criterion_id, category
        from versions
        inner join categories using (programme, version, recorded_at)
    ),

    told as (
        select
            windows.version_id,
            windows.merchant_id,
            first_day,
            role,
            rules.criterion_id,
            entry,
            is_alone,
            comparison,
            threshold,
            case when is_fact then metric else 'register' end as source,
            cast(
                case
                    when metric = 'days_since_joined'
                    then {{ days_between("joined_on", "first_day") }}
                    when metric = 'private_domain'
                    then case is_private_domain when true then 1 when false then 0 end
                    else statements.value
                end as decimal(20, 4)
            ) as value,
            case
                when level_1.category is not null or level_2.category is not null
                then true
                when industry_l1 > '' and industry_l2 > ''
                then false
            end as is_listed
        from windows
        inner join rules using (version_id)
        inner join merchants on windows.merchant_id = merchants.merchant_id
        left join
            listed as level_1
            on rules.version_id = level_1.version_id
            and rules.criterion_id = level_1.criterion_id
            and industry_l1 = level_1.category
        left join
            listed as level_2
            on rules.version_id = level_2.version_id
            and rules.criterion_id = level_2.criterion_id
            and industry_l2 = level_2.category
        left join
            statements
            on windows.merchant_id = statements.merchant_id
            and metric = fact
            and windows.as_of = statements.as_of
    ),

    final as (
        select
            *,
            case
                comparison
                when 'at_least'
                then value >= threshold
                when 'above'
                then value > threshold
                when 'at_most'
                then value <= threshold
                when 'below'
                then value < threshold
                when 'include'
                then is_listed
                when 'exclude'
                then not is_listed
            end as is_met
        from told
    )

select *
from final
