"""What the marts about to be published say otherwise than the published ones: rows, and weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from orchestration.home import Home
from orchestration.sections import DuckDBSettings
from orchestration.warehouse.connect import open_duckdb
from orchestration.warehouse.parquet import literal

_WEEKS = "fct_merchant_weeks"
# A week counts here once it was published as whole: until then late exports are expected.
_CHANGED_WEEKS = f"""
select
    merchant_id,
    week,
    was.order_count as orders_before,
    coalesce(is_now.order_count, 0) as orders_now,
    was.gmv as gmv_before,
    coalesce(is_now.gmv, 0) as gmv_now
from published.marts.{_WEEKS} as was
left join made.marts.{_WEEKS} as is_now using (merchant_id, week)
where was.is_complete
  and (was.order_count, was.gmv)
      is distinct from (coalesce(is_now.order_count, 0), coalesce(is_now.gmv, 0))
order by merchant_id, week
"""


@dataclass(frozen=True)
class ChangedWeek:
    """A week that was published as whole and has other orders or another GMV now."""

    merchant_id: str
    week: date
    orders_before: int
    orders_now: int
    gmv_before: Decimal
    gmv_now: Decimal

    @property
    def share(self) -> Decimal:
        """How much of its GMV has changed, at least 0; 1 where there was none before."""
        if not self.gmv_before:
            return Decimal(1 if self.gmv_now else 0)
        return abs(self.gmv_now - self.gmv_before) / self.gmv_before

    @property
    def orders_lost(self) -> int:
        return max(self.orders_before - self.orders_now, 0)


@dataclass(frozen=True)
class Difference:
    """`rows`: of each mart that differs in them, how many were published, and how many are now."""

    rows: dict[str, tuple[int, int]]
    weeks: tuple[ChangedWeek, ...]


def difference_to_published(home: Home, limits: DuckDBSettings) -> Difference:
    """Hold the built marts against those that readers see; nothing differs before the first build.

    Raises:
        WarehouseError: one of the files is in use or damaged.
    """
    if not (home.current_build.exists() and home.marts_db.exists()):
        return Difference({}, ())
    with open_duckdb(home, limits) as connection:
        for name, path in (("published", home.current_build.resolve()), ("made", home.marts_db)):
            connection.execute(f"attach {literal(path)} as {name} (read_only)")
        before, after = _rows(connection, "published"), _rows(connection, "made")
        rows = {
            mart: (before[mart], after[mart])
            for mart in sorted(before.keys() & after.keys())
            if before[mart] != after[mart]
        }
        has_weeks = _WEEKS in before and _WEEKS in after
        weeks = connection.execute(_CHANGED_WEEKS).fetchall() if has_weeks else []
    return Difference(rows, tuple(ChangedWeek(*row) for row in weeks))


def _rows(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, int]:
    names = connection.execute(
        "select table_name from duckdb_tables() where database_name = $1 and schema_name = 'marts'",
        [database],
    ).fetchall()
    return {
        name: connection.execute(f"select count(*) from {database}.marts.{name}").fetchall()[0][0]
        for (name,) in names
    }
