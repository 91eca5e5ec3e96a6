"""The raw rows of facts, as one more temporary table of the connection.

`lines_<n>`: fact, file_sha256, line, column, value and customer_key (of orders only).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from orchestration.warehouse.explain.facts import FactTables
from orchestration.warehouse.explain.figures import AFTERSALES, ORDERS, Count, Sum
from orchestration.warehouse.explain.raw import RawFile, columns_of
from orchestration.warehouse.parquet import literal, quoted
from orchestration.warehouse.read import Published

_NO_LINES = """
create or replace temp table {lines} (
  fact varchar,
  file_sha256 varchar,
  line bigint,
  "column" varchar,
  value decimal(18, 2),
  customer_key varchar
)
"""


def make_lines(
    published: Published,
    tables: FactTables,
    figure: Sum | Count,
    merchant_id: str,
    files: Mapping[str, RawFile],
) -> None:
    """Make `lines` of the facts and targets that are there, source by source."""
    published.connection.execute(_NO_LINES.format(lines=tables.lines))
    paths: dict[str, list[Path]] = defaultdict(list)
    for file in files.values():
        paths[file.source].append(file.path)
    for source, of_source in sorted(paths.items()):
        columns = columns_of(published, of_source)
        if source == ORDERS:
            query = _ORDER_LINES
        elif source == AFTERSALES:
            query = _AFTERSALES
        else:
            query = _ad_rows(published, figure, tables, columns)
        query = query.format(targets=tables.targets, source=literal(source))
        published.connection.execute(
            f"insert into {tables.lines} {query}",
            {"paths": list(map(str, of_source)), "merchant": merchant_id},
        )


_ROWS = "from read_parquet($paths, union_by_name = true) as r"
_SAME_FILE = "r._file_sha256 = t.file_sha256 and t.source = {source} and r.merchant_id = $merchant"

_ORDER_LINES = f"""
select t.fact, r._file_sha256, r._row_number, 'paid_amount', r.paid_amount, r.customer_key
{_ROWS}
inner join {{targets}} as t on {_SAME_FILE} and r.order_id = t.key
"""

# Where an export says what was paid back, that counts, not what was asked for.
_AFTERSALES = f"""
select
  t.fact,
  r._file_sha256,
  r._row_number,
  case when r.refund_amount is null then 'requested_refund_amount' else 'refund_amount' end,
  coalesce(r.refund_amount, r.requested_refund_amount),
  null
{_ROWS}
inner join {{targets}} as t on {_SAME_FILE} and r.aftersale_id = t.key
"""


def _ad_rows(
    published: Published, figure: Sum | Count, tables: FactTables, columns: set[str]
) -> str:
    """Rows of the cut that gives the totals, of what each row of the mart is about."""
    value = figure.value if isinstance(figure, Sum) else "null"
    described = published.rows(f"describe {tables.targets}")
    ids = [
        row["column_name"]
        for row in described
        if row["column_type"] == "VARCHAR" and row["column_name"] in columns - _NAMED_BELOW
    ]
    same_ids = "".join(
        f" and coalesce(r.{quoted(name)}, '') = coalesce(t.{quoted(name)}, '')" for name in ids
    )
    told = f"r.{quoted(value)}" if value in columns else "null"
    return f"""
select t.fact, r._file_sha256, r._row_number, {literal(value)}, {told}, null
{_ROWS}
inner join {{targets}} as t
  on {_SAME_FILE} and r.account_id = t.account_id and r.stat_date = t.day
  and r._cut = t.time_unit || case when t.breakdown = '' then '' else '/' || t.breakdown end
  {same_ids}
"""


_NAMED_BELOW = {"merchant_id", "account_id", "source", "fact", "file_sha256"}
