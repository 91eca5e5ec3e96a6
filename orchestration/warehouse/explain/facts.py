"""The rows of the marts that add up to a figure, as temporary tables of the connection.

`facts_<n>`: fact (its key), kind, day, value, line_count (null where the mart does not tell) and
`about`. `targets_<n>`: for each fact the file and the key that its raw rows have there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.warehouse.explain.figures import AFTERSALES, ORDERS, Count, Sum
from orchestration.warehouse.read import Published

# So much of a customer's key tells two apart for a reader, and follows nobody.
SHOWN_DIGITS = 8
_SHORT = f"left({{}}, {SHOWN_DIGITS})"


@dataclass(frozen=True)
class Scope:
    """Whose facts of which days; `start` is the first day of the period that they belong to."""

    merchant_id: str
    start: date
    days: Sequence[date]


@dataclass(frozen=True)
class FactTables:
    """The names of the tables of one part."""

    number: int

    @property
    def facts(self) -> str:
        return f"facts_{self.number}"

    @property
    def targets(self) -> str:
        return f"targets_{self.number}"

    @property
    def lines(self) -> str:
        return f"lines_{self.number}"


def make_facts(published: Published, tables: FactTables, figure: Sum | Count, scope: Scope) -> None:
    """Make `facts` and `targets` of a figure, over the days that it knows."""
    if isinstance(figure, Count):
        facts, targets = _CUSTOMERS.format(is_counted=_COUNTED[figure.persons]), _CUSTOMER_ORDERS
    else:
        made = {"orders": _ORDERS, "refunds": _REFUNDS, "ads": _ADS}[figure.facts]
        facts, targets = (sql.format(**figure.__dict__) for sql in made)
    parameters = {
        "merchant": scope.merchant_id,
        "start": scope.start,
        "days": list(scope.days),
    }
    for table, query in ((tables.facts, facts), (tables.targets, targets)):
        query = f"create or replace temp table {table} as {query}"
        used = {name: value for name, value in parameters.items() if f"${name}" in query}
        published.connection.execute(query.format(facts=tables.facts), used)


_IN_SCOPE = "merchant_id = $merchant and list_contains($days::date[], {day})"

_ORDERS = (
    f"""
select
  order_id as fact,
  'order' as kind,
  paid_date as day,
  cast({{value}} as decimal(18, 2)) as value,
  line_count,
  struct_pack(
    order_status := order_status,
    customer := {_SHORT.format("customer_key")},
    gmv := gmv
  ) as about,
from marts.fct_orders
where {_IN_SCOPE} and {{only}}
""",
    f"""
select order_id as fact, '{ORDERS}' as source, file_sha256, order_id as key
from marts.fct_orders
where {_IN_SCOPE} and {{only}}
""",
)

_REFUNDS = (
    f"""
select
  refund_id as fact,
  case when is_derived then 'derived refund' else 'refund' end as kind,
  {{day}} as day,
  amount as value,
  cast(null as bigint) as line_count,
  struct_pack(
    order_id := order_id, paid_date := paid_date, refund_date := refund_date
  ) as about,
from marts.fct_refunds
where {_IN_SCOPE} and {{only}}
""",
    f"""
select
  refund_id as fact,
  case when is_derived then '{ORDERS}' else '{AFTERSALES}' end as source,
  file_sha256,
  coalesce(aftersale_id, order_id) as key
from marts.fct_refunds
where {_IN_SCOPE} and {{only}}
""",
)

# What is known of an account and day is told by one cut, often in many rows.
_ACCOUNT_DAY = "platform || ' ' || account_id || ' ' || cast(day as varchar)"
_ADS = (
    f"""
select
  {_ACCOUNT_DAY} as fact,
  'account day' as kind,
  day,
  cast(coalesce(sum({{value}}), 0) as decimal(18, 2)) as value,
  cast(null as bigint) as line_count,
  struct_pack(
    account_id := account_id,
    level := any_value(level),
    time_unit := any_value(time_unit),
    breakdown := any_value(breakdown),
    ad_rows := count(*)
  ) as about,
from marts.fct_ad_days
where {_IN_SCOPE} and {{only}}
group by platform, account_id, day
""",
    f"""
select {_ACCOUNT_DAY} as fact, platform || '__' || level as source, *
from marts.fct_ad_days
where {_IN_SCOPE} and {{only}}
""",
)

_COUNTED = {
    "active": "true",
    "new": "first_paid_date >= $start",
    "returning": "first_paid_date < $start",
    "first_seen": "list_contains($days::date[], first_paid_date)",
    # the period of a cohort's cell begins with the month of its first orders
    "cohort": "cast(date_trunc('month', first_paid_date) as date) = $start",
}
_CUSTOMERS = f"""
with
  active as (
    select
      customer_key,
      min(paid_date) as day,
      list(distinct paid_date order by paid_date) as active_days,
      count(*) as order_count,
      sum(line_count) as line_count,
      sum(gmv) as gmv
    from marts.fct_orders
    where {_IN_SCOPE.format(day="paid_date")} and is_covered and not is_anonymous
    group by customer_key
  ),
  firsts as (
    select customer_key, paid_date as first_paid_date, order_id as first_order_id
    from marts.fct_orders
    where merchant_id = $merchant and is_first_order
  )
select
  customer_key as fact,
  'customer' as kind,
  day,
  cast(1 as decimal(18, 2)) as value,
  cast(line_count as bigint) as line_count,
  struct_pack(
    first_paid_date := first_paid_date,
    first_order_id := first_order_id,
    active_days := active_days,
    order_count := order_count,
    gmv := gmv
  ) as about,
from active
inner join firsts using (customer_key)
where {{is_counted}}
"""
_CUSTOMER_ORDERS = f"""
select customer_key as fact, '{ORDERS}' as source, file_sha256, order_id as key
from marts.fct_orders
where {_IN_SCOPE.format(day="paid_date")} and is_covered
  and customer_key in (select fact from {{facts}})
"""
