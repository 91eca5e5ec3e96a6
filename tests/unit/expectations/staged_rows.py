"""Staged rows of every source but the orders, and files of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ad_cases import AD_CASES
from shop_cases import SHOP_CASES
from suite_case import EXPORTED, Changes

from orchestration.exports.layout.load import load_layouts
from orchestration.rows import staged_schema

BOOK = load_layouts()
CASES = AD_CASES | SHOP_CASES
_UNREADABLE: Changes = {"_parse_rule": "cell_unreadable", "_parse_reason": "It is no number."}


def unreadable_rows(source: str) -> list[tuple[str, Changes]]:
    """Rows that the reader could not read: its own rule, and no second one for an empty cell."""
    empty = {name: None for name in CASES[source].needed if name != "_cut"}
    return [("cell_unreadable", _UNREADABLE), ("cell_unreadable", {**_UNREADABLE, **empty})]


def rows_of(source: str, changes: Sequence[Changes]) -> list[dict[str, Any]]:
    """Valid rows with these changes, numbered from 2 as in a file with one header row."""
    case = CASES[source]
    return [
        {
            "merchant_id": "m001",
            "_file_sha256": "a" * 64,
            "_row_number": number,
            "_layout_revision": "l1",
            "_reader_revision": "r1",
            "_effective_at": EXPORTED,
            **case.valid,
            case.own: f"{case.valid[case.own]}-{number}",
            **changed,
        }
        for number, changed in enumerate(changes, start=2)
    ]


def stage_rows(folder: Path, source: str, rows: Sequence[dict[str, Any]]) -> Path:
    """Write a staged file of a source, in the schema of its layout."""
    schema = staged_schema(BOOK.get(source).arrow_columns)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{source}.parquet"
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)
    return path
