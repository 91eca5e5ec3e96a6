"""Files of one source written straight into raw, and what changed from one to the next by hand."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from warehouse_files import LIMITS, make_home, utc

from orchestration.home import Home
from orchestration.rows import MONEY, raw_schema
from orchestration.warehouse.changes import ROWS, Change, Compared, changes_of
from orchestration.warehouse.schemas import COVERAGE, FILES, QUARANTINE

SOURCE = "juguang__example"
DAY = date(2024, 6, 3)
COLUMNS: list[tuple[str, pa.DataType]] = [
    ("_cut", pa.string()),
    ("account_id", pa.string()),
    ("stat_date", pa.date32()),
    ("hour", pa.int64()),
    ("spend", MONEY),
    ("note", pa.string()),
    ("customer_key", pa.string()),
]
COMPARED = Compared(
    source=SOURCE,
    types={
        "account_id": "varchar",
        "stat_date": "date",
        "hour": "bigint",
        "spend": "decimal(18, 2)",
        "note": "varchar",
        "customer_key": "varchar",
    },
    key=("_cut", "account_id", "stat_date"),
    row_key="_cut || '/' || account_id || '/' || cast(stat_date as varchar)",
    day="stat_date",
    scope=("_cut", "account_id"),
    figures=frozenset({"spend"}),
    hidden=frozenset({"customer_key"}),
)
_VALUES = ("hour", "spend", "note", "customer_key")

Row = dict[str, Any]
Key = tuple[str, str, date]


def cell(
    day: date = DAY,
    spend: str | None = "1.00",
    note: str | None = "a",
    hour: int | None = None,
    account_id: str = "7001",
    cut: str = "day",
    customer_key: str | None = None,
) -> Row:
    """A row of the report."""
    return {
        "_cut": cut,
        "account_id": account_id,
        "stat_date": day,
        "hour": hour,
        "spend": Decimal(spend) if spend is not None else None,
        "note": note,
        "customer_key": customer_key,
    }


@dataclass(frozen=True)
class File:
    """One export: its rows that count, keys of which it has rows in quarantine, days it covers."""

    sha256: str
    exported: int
    rows: tuple[Row, ...]
    broken: tuple[Key, ...] = ()
    covers: tuple[tuple[date, date], ...] = ()
    status: str = "loaded"
    merchant_id: str = "m001"

    @property
    def at(self) -> datetime:
        return utc("2024-06-10 01:00") + timedelta(hours=self.exported)


def key_of(row: Row) -> Key:
    return row["_cut"], row["account_id"], row["stat_date"]


def home_of(root: Path, files: Sequence[File]) -> Home:
    """A home with these files and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    home = make_home(root)
    for file in files:
        _write(home, file)
    _write_table(home.handover / "files.parquet", map(_file_row, files), FILES)
    runs = [_coverage_row(file, *run) for file in files for run in file.covers]
    _write_table(home.handover / "coverage.parquet", runs, COVERAGE)
    return home


def _write(home: Home, file: File) -> None:
    stem = f"{file.merchant_id}__{file.sha256[:16]}__l1__r1"
    same = {
        "merchant_id": file.merchant_id,
        "_file_sha256": file.sha256,
        "_layout_revision": "l1",
        "_reader_revision": "r1",
        # A row's own time may be older than what is known of its file by now.
        "_effective_at": utc("2000-01-01 00:00"),
    }
    rows = [{**same, "_row_number": n, **row} for n, row in enumerate(file.rows, start=2)]
    _write_table(home.raw / SOURCE / f"{stem}.parquet", rows, raw_schema(COLUMNS))
    if file.broken:
        texts = ["/".join(map(str, key)) for key in file.broken]
        aside = [
            {
                **same,
                "_row_number": 900 + n,
                "rule": "r",
                "reason": "",
                "cells": "",
                "row_key": text,
            }
            for n, text in enumerate(texts)
        ]
        _write_table(home.quarantine / SOURCE / f"{stem}.parquet", aside, QUARANTINE)


def _write_table(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def _file_row(file: File) -> Row:
    return {
        "merchant_id": file.merchant_id,
        "file_sha256": file.sha256,
        "source": SOURCE,
        "file_name": f"{file.sha256}.csv",
        "layout_revision": "l1",
        "reader_revision": "r1",
        "status": file.status,
        "effective_at": file.at,
        "rows_quarantined": len(file.broken),
    }


def _coverage_row(file: File, first: date, last: date) -> Row:
    return {
        "merchant_id": file.merchant_id,
        "source": SOURCE,
        "file_sha256": file.sha256,
        "covered_from": first,
        "covered_to": last,
        "evidence": "declared",
        "bridge_days": 0,
        "is_loaded": file.status == "loaded",
    }


def found(root: Path, files: Sequence[File]) -> list[Change]:
    return list(changes_of(home_of(root, files), LIMITS, COMPARED))


# What is compared with the hand-made answer: key, kind, column, values, totals, rows, files.
Told = tuple[Any, ...]


def told(changes: Iterable[Change]) -> Counter[Told]:
    return Counter(
        (
            change.merchant_id,
            tuple(json.loads(change.key).values()),
            change.day,
            change.kind,
            change.column,
            change.old_values if change.column != ROWS else len(change.old_values),
            change.new_values if change.column != ROWS else len(change.new_values),
            change.old_total,
            change.new_total,
            (change.old_rows, change.new_rows),
            (change.old_file, change.new_file),
        )
        for change in changes
    )


def by_hand(files: Sequence[File]) -> Counter[Told]:
    """The same in plain loops: each key walks through its files, one after the other."""
    counting = sorted((f for f in files if f.status == "loaded"), key=lambda f: (f.at, f.sha256))
    keys = {(file.merchant_id, key_of(row)) for file in counting for row in file.rows}
    lines: list[Told] = []
    for merchant_id, key in keys:
        lines += _walk([file for file in counting if file.merchant_id == merchant_id], key)
    return Counter(lines)


def _walk(files: Sequence[File], key: Key) -> list[Told]:
    lines: list[Told] = []
    standing: File | None = None
    for file in files:
        rows = _rows(file, key)
        if not rows:
            continue
        if standing is None:
            lines += _appeared(files, file, key)
        elif key in file.broken and key not in standing.broken:
            continue
        else:
            lines += _differences(standing, file, key)
        standing = file
    return lines


def _rows(file: File, key: Key) -> list[Row]:
    return [row for row in file.rows if key_of(row) == key]


def _head(file: File, key: Key) -> Told:
    return file.merchant_id, (key[0], key[1], str(key[2])), key[2]


def _appeared(files: Sequence[File], file: File, key: Key) -> list[Told]:
    silent = _silent(files, file, key)
    if silent is None:
        return []
    rows = (0, len(_rows(file, key)))
    names = (silent.sha256, file.sha256)
    return [(*_head(file, key), "appeared", "", (), (), None, None, rows, names)]


def _silent(files: Sequence[File], file: File, key: Key) -> File | None:
    """The newest older file that spoke for the day of the key, and did not show it."""
    older = files[: files.index(file)]
    speaking = [
        one
        for one in older
        if any(first <= key[2] <= last for first, last in one.covers)
        and (not one.rows or key[:2] in {key_of(row)[:2] for row in one.rows})
    ]
    return speaking[-1] if speaking else None


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    return str(value)[:8] if name == "customer_key" else str(value)


def _listed(name: str, values: Iterable[Any]) -> tuple[str | None, ...]:
    """In order: amounts by size, all else by text, nothing last."""
    if name == "spend":
        ordered = sorted(values, key=lambda v: (v is None, v or 0))
        return tuple(_text(name, value) for value in ordered)
    texts = [_text(name, value) for value in values]
    return tuple(sorted(texts, key=lambda t: (t is None, t or "")))


def _total(name: str, rows: Sequence[Row]) -> Decimal | None:
    amounts = [row[name] for row in rows if row[name] is not None]
    return sum(amounts, Decimal(0)) if name == "spend" and amounts else None


def _differences(old_file: File, new_file: File, key: Key) -> list[Told]:
    old, new = _rows(old_file, key), _rows(new_file, key)
    bags = [Counter(tuple(row[name] for name in _VALUES) for row in rows) for rows in (old, new)]
    if bags[0] == bags[1]:
        return []
    gone = list((bags[0] - bags[1]).elements())
    come = list((bags[1] - bags[0]).elements())
    rest = ((len(old), len(new)), (old_file.sha256, new_file.sha256))
    head = (*_head(new_file, key), "changed")
    lines: list[Told] = []
    for place, name in enumerate(_VALUES):
        before = _listed(name, (row[place] for row in gone))
        after = _listed(name, (row[place] for row in come))
        totals = (_total(name, old), _total(name, new))
        if before == after:
            continue
        if len(old) != len(new):
            says_nothing = (
                totals[0] == totals[1]
                if name == "spend"
                else {_text(name, r[name]) for r in old} == {_text(name, r[name]) for r in new}
            )
            if says_nothing:
                continue
        lines.append((*head, name, before, after, *totals, *rest))
    if len(old) != len(new) or not lines:
        lines.append((*head, ROWS, len(gone), len(come), None, None, *rest))
    return lines
