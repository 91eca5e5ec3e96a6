"""What the data team's digest reads of the marts beside its reporting tables."""

from __future__ import annotations

from orchestration.digest.growth import growth_of, newest_whole_month
from orchestration.digest.team_values import Growth
from orchestration.periods import Week
from orchestration.warehouse.read import Published

# Merchants of all currencies together; those of a cohort that ended before are members still.
_COHORTS = """
with
    cells as (
        select
            joined_month,
            currency,
            merchants,
            known_merchants,
            active_merchants,
            cast(joined_month + to_months(cast(month_number as integer)) as date) = $1 as is_month
        from marts.fct_merchant_cohorts
        where industry = 'all' and joined_month <= $1
    ),

    currencies as (
        select
            joined_month,
            max(merchants) as merchants,
            max(known_merchants) filter (where is_month) as known_merchants,
            max(active_merchants) filter (where is_month) as active_merchants
        from cells
        group by joined_month, currency
    )

select
    joined_month,
    cast(sum(merchants) as bigint) as merchants,
    cast(sum(known_merchants) as bigint) as known_merchants,
    cast(sum(active_merchants) as bigint) as active_merchants
from currencies
group by joined_month
"""
_SEGMENTS = """
select *
from marts.fct_segment_growth
where span_type = 'month' and span_start = $1 and segment_level in ('all', 'industry_l1')
"""


def growth(published: Published, week: Week) -> Growth | None:
    """Cohorts of merchants and segments in the newest month that is over."""
    month = [newest_whole_month(week)]
    return growth_of(week, published.rows(_COHORTS, month), published.rows(_SEGMENTS, month))
