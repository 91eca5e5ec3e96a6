"""A run of dbt as the statements that it sends, to be sent again to a DuckDB in memory.

A run by its command takes ten seconds, and a property is asked of hundreds of histories. Nothing
of dbt is imitated here: one whole build and one that restates are recorded with all that their
materializations, hooks and transactions say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from tiny_world import pack_all

from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home
from orchestration.warehouse.schemas import HANDOVERS, QUARANTINE, raw_schema
from tests.dbt_runs import run_dbt

_PARQUET = re.compile(
    r"read_parquet\('[^']*/handover/(?:packed/(raw|quarantine)/)?([a-z_]+)(?:/current/\*)?\.parquet'"
    r"(?:, union_by_name = true)?\)"
)
_COMMENT = re.compile(r"^/\*.*?\*/\s*", re.DOTALL)
# What dbt asks of the catalog changes nothing.
_ASKED = ("select", "describe")


@dataclass(frozen=True)
class Statement:
    """One statement of a model's run; that of no model makes the schemas."""

    model: str
    sql: str


Recording = tuple[Statement, ...]
# The rows of each table, by its name.
Tables = dict[str, list[str]]


def record(home: Home) -> tuple[Recording, Recording]:
    """The statements of a whole build of a home, and of one after it that restates."""
    return _run(home), _run(home)


def _run(home: Home) -> Recording:
    log = home.dbt_target / "dbt.log"
    log.unlink(missing_ok=True)
    told = ("--log-format-file", "json", "--log-level-file", "debug")
    # With one thread, the order of the log is the order of the models.
    run_dbt(home, *told, "run", "--exclude", "tag:weekly", "--threads", "1")
    return tuple(_statements(log))


def _statements(log: Path) -> Iterable[Statement]:
    for line in log.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["info"]["name"] == "SQLQuery":
            sql = _COMMENT.sub("", event["data"]["sql"].strip()).strip()
            node = (event["data"].get("node_info") or {}).get("node_name", "")
            is_of_model = node and not sql.lower().startswith(_ASKED)
            if is_of_model or sql.startswith("create schema"):
                yield Statement(node, _PARQUET.sub(_as_table, sql))


def _as_table(found: re.Match[str]) -> str:
    return f'inputs.main."{"__".join(filter(None, found.groups()))}"'


def restated_models(recording: Recording) -> frozenset[str]:
    """The models that a recording of a later build works on by their touched keys."""
    return frozenset(one.model for one in recording if "__touched_keys as\n" in one.sql)


class Warehouse:
    """A warehouse and its marts in memory, over inputs that are tables."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        for name in ("inputs", "warehouse", "marts"):
            self._connection.execute(f"attach ':memory:' as {name}")
        self._connection.execute("use warehouse")
        for name, schema in inputs().items():
            self._connection.register("empty", schema.empty_table())
            self._connection.execute(f'create table inputs.main."{name}" as from empty')

    def put(self, name: str, rows: Sequence[dict[str, Any]]) -> None:
        """Give an input these rows and no others; missing cells are null."""
        schema = inputs()[name]
        nothing = dict.fromkeys(schema.names)
        table = pa.Table.from_pylist([{**nothing, **row} for row in rows], schema=schema)
        self._connection.execute(f'delete from inputs.main."{name}"')
        self._connection.register("arrived", table)
        self._connection.execute(f'insert into inputs.main."{name}" from arrived')

    def run(self, statements: Iterable[Statement]) -> None:
        """Send statements as a process of its own does; killed, it leaves what it committed."""
        # Each has temporary tables of its own, as each process of dbt has.
        with self._connection.cursor() as cursor:
            cursor.execute("use warehouse")
            is_open = False
            for one in statements:
                is_open = one.sql == "BEGIN" or (is_open and one.sql != "COMMIT")
                cursor.execute(one.sql)
            if is_open:
                cursor.execute("ROLLBACK")

    def tables(self) -> Tables:
        """What stands in it."""
        return tables_of(self._connection)

    def write_inputs(self, home: Home) -> None:
        """Write the inputs where dbt finds those of a home, and pack them."""
        for name in inputs():
            stage, _, source = name.partition("__")
            place = home.root / stage / source / "all" if source else home.handover / name
            self._connection.execute(f"copy inputs.main.\"{name}\" to '{place}.parquet'")
        pack_all(home)

    def close(self) -> None:
        self._connection.close()


def tables_of(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Every row of every table of a `warehouse` and its `marts`, in an order that means nothing."""
    found = connection.execute(
        "select database_name || '.' || schema_name || '.' || table_name from duckdb_tables() "
        "where database_name in ('warehouse', 'marts') and schema_name <> 'main' order by all"
    ).fetchall()
    return {
        name: sorted(map(repr, connection.execute(f"from {name}").fetchall())) for (name,) in found
    }


@cache
def inputs() -> dict[str, pa.Schema]:
    """What dbt reads, with its columns: raw and quarantine of every source, and the hand-overs."""
    layouts = load_layouts().layouts
    return {
        **{f"raw__{name}": raw_schema(one.arrow_columns) for name, one in layouts.items()},
        **{f"quarantine__{name}": QUARANTINE for name in layouts},
        **HANDOVERS,
    }
