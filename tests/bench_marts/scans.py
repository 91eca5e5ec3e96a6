"""How many rows of raw a build has scanned, by DuckDB's own profile of the build's statements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home

# The views over raw; the rows of the others are few.
_READS_RAW = re.compile(r"stg_(qianfan|juguang)__")
_KINDS = ("select", "create temporary table", "create or replace temporary table")


def raw_rows_scanned(home: Home, before: Path) -> int:
    """Rows of raw that the last data build of a home read, its data tests included.

    The statements are taken from dbt's log and sent again, each with a profile.

    Args:
        home: the home.
        before: a copy of its warehouse from before that build, under the same name.
    """
    with closing(duckdb.connect(before, read_only=True)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("set enable_profiling = 'no_output'")
        rows = 0
        for statement in _statements(home):
            connection.execute(statement)
            profile = json.loads(connection.get_profiling_information("json"))
            rows += sum(map(_scanned, profile["operator"]))
        return rows


def _statements(home: Home) -> Iterator[str]:
    logs = home.dbt_target.glob("dbt_data-*/dbt.log")
    newest = max(logs, key=lambda log: log.stat().st_mtime)
    for line in newest.read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["info"]["name"] == "SQLQuery":
            sql = re.sub(r"^/\*.*?\*/", "", event["data"]["sql"].strip(), flags=re.DOTALL).strip()
            if _READS_RAW.search(sql) and sql.lower().startswith(_KINDS):
                yield sql


def _scanned(operator: dict[str, Any]) -> int:
    is_of_raw = "/packed/raw/" in json.dumps(operator.get("extra_info", {}))
    own = int(operator["rows_scanned"]) if is_of_raw else 0
    return own + sum(map(_scanned, operator.get("children", [])))
