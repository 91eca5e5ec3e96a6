"""One more week, as the files that merchants drop into the inbox: it goes through the real gate."""

from __future__ import annotations

from contextlib import closing

import duckdb

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from tests.bench_marts.cells import ADS, AFTERSALES, ORDERS
from tests.bench_marts.files import world_rows
from tests.bench_marts.home import file_name, world_file
from tests.bench_marts.world import World

_WRITTEN = {"timestamp": "strftime({}, '%Y-%m-%d %H:%M:%S')", "date": "strftime({}, '%Y-%m-%d')"}
# What the world calls a column, where the layout calls it otherwise.
_CELLS = {
    "customer_key": "'U' || buyer",
    "line_list_amount": "paid_amount",
    "buyer_payable_amount": "paid_amount",
    "hour": "null",
    "account_id": "cast(700000 + merchant as varchar)",
}


def drop_week(home: Home, world: World) -> int:
    """Write the week after the last one, with the one before it again; gives the rows."""
    week, rows = world.weeks, 0
    with closing(duckdb.connect(world_file(home), read_only=True)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create temp view some_merchants as from merchants")
        merchants = connection.sql("select merchant, merchant_id from merchants").fetchall()
        for source in (ORDERS, AFTERSALES, ADS):
            first = world_rows(source, week, week, is_again=False)
            again = world_rows(source, week - 1, week - 1, is_again=True)
            connection.execute(
                f"create or replace temp table rows as ({first}) union all by name ({again})"
            )
            rows += connection.sql("select count(*) from rows").fetchall()[0][0]
            cells = _cells(
                source, {name for name, *_ in connection.sql("describe rows").fetchall()}
            )
            name = file_name(world, source, week)
            for merchant, merchant_id in merchants:
                folder = home.inbox / merchant_id
                folder.mkdir(exist_ok=True)
                wanted = f"from rows where merchant = {merchant}"
                if connection.sql(f"select 1 {wanted} limit 1").fetchall():
                    connection.execute(
                        f"copy (select {cells} {wanted}) to '{folder / name}' (format csv)"
                    )
    return rows


def _cells(source: str, known: set[str]) -> str:
    """The columns that the world knows, under their headers and as an export writes them."""
    cells = []
    for column in load_layouts().get(source).columns.values():
        if not column.headers or not (column.name in known or column.name in _CELLS):
            continue
        value = _WRITTEN.get(column.type, "{}").format(_CELLS.get(column.name, column.name))
        if column.name == "quantity":
            value = "case when is_rejected then '1,23' else cast(quantity as varchar) end"
        cells.append(f'{value} as "{column.headers[0]}"')
    return ", ".join(cells)
