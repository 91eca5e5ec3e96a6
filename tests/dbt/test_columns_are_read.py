"""Every mapped column of every layout is read by a model, or listed with the reason why not yet."""

from __future__ import annotations

import csv
import re
from fnmatch import fnmatch

import pytest

from orchestration.exports.layout.load import load_layouts
from tests.dbt_runs import PROJECT

SOURCES = load_layouts().layouts
MODELS = {path.stem: path.read_text("utf-8") for path in (PROJECT / "models").rglob("*.sql")}
MACROS = {path.stem: path.read_text("utf-8") for path in (PROJECT / "macros").glob("*.sql")}
# One staging model reads all levels of advertising reports, from a list in a macro.
STAGING = {"juguang": "stg_juguang__report_rows", "qianfan__orders": "stg_qianfan__order_lines"}
UNREAD = list(
    csv.DictReader((PROJECT / "unread_columns.csv").read_text("utf-8").splitlines(), strict=True)
)


def with_macros(sql: str, seen: tuple[str, ...] = ()) -> str:
    """The text with that of every macro that it calls, and so on."""
    called = [name for name in MACROS if name not in seen and re.search(rf"\b{name}\(", sql)]
    return " ".join([sql, *(with_macros(MACROS[name], (*seen, *called)) for name in called)])


def readers(source: str) -> str:
    """All SQL that reads the staging model of a source."""
    staging = STAGING.get(source) or STAGING.get(source.split("__")[0]) or f"stg_{source}"
    return " ".join(with_macros(sql) for sql in MODELS.values() if f'ref("{staging}")' in sql)


def listed(source: str) -> set[str]:
    return {row["column"] for row in UNREAD if fnmatch(source, row["source"])}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_each_column_is_read_or_listed(source: str) -> None:
    text = readers(source)
    columns = {name for name, _ in SOURCES[source].arrow_columns if not name.startswith("_")}
    unread = {name for name in columns if not re.search(rf"\b{name}\b", text)}
    assert unread == listed(source)


def test_every_entry_has_a_reason_and_a_source() -> None:
    assert all(len(row["reason"]) > 10 for row in UNREAD)
    for row in UNREAD:
        assert any(fnmatch(source, row["source"]) for source in SOURCES), row
