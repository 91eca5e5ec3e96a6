{% set earlier = "partition by version_id, merchant_id, tier order by first_day rows between unbounded preceding and 1 preceding" %}

with
    tiers as (select * from {{ ref("int_incentive_tiers_asked") }}),

    merchants as (select merchant_id, joined_on from {{ ref("stg_seedbed__merchants") }}),

    measured as (
        select
            *,
            case
                when is_to_come or (is_from_zero and not is_named_by_zero)
                then false
                when measured is null or (is_growth and baseline is null)
                then null
                when is_from_zero and measured <= 0
                then case when not has_days_missing then false end
                when is_above
                then case when not could_be_undone then true end
                when not could_be_reached
                then false
            end as is_measured
        from tiers
    ),

    reached as (
        select
            version_id,
            merchant_id,
            first_day,
            is_in_version,
            is_first_time_only,
            tier,
            measured,
            required,
            -- before the version began there were no goals
            case
                when not is_in_version or goals_met or not is_measured
                then is_measured
                when not goals_met
                then false
            end as is_reached
        from measured
    ),

    remembered as (
        select
            *,
            coalesce(bool_or(is_reached) over ({{ earlier }}), false) as is_reached_before,
            coalesce(bool_or(is_reached is null) over ({{ earlier }}), false) as is_open_before
        from reached
        where is_first_time_only
    ),

    final as (
        select
            version_id,
            merchant_id,
            first_day,
            tier,
            measured,
            required,
            is_reached,
            false as is_spent
        from reached
        where not is_first_time_only
        union all
        select
            version_id,
            merchant_id,
            first_day,
            tier,
            measured,
            required,
            case
                when joined_on is null or (is_open_before and not is_reached_before)
                then null
                else is_reached
            end as is_reached,
            joined_on is not null and is_reached_before as is_spent
        from remembered
        inner join merchants using (merchant_id)
        where is_in_version
    )

select *
from final
