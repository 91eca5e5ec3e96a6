"""The quarantined rows of a home that count: those of the reading that counts of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from orchestration.flow.repairs import Content
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week, business_day, week_of
from orchestration.state.manifest import address_of, current_readings, receipts_of
from orchestration.state.models import File, Reading

_COLUMNS = ("_row_number", "rule", "reason", "cells", "row_date")
# Rows of 75 cells as JSON have some 2 kB: a batch is a few megabytes.
_BATCH_ROWS = 2_000
# No two states of a row will ever share it.
_STAMP_DIGITS = 16
# Enough to tell a hundred files apart; more digits are shown where they are needed.
_SHORT_DIGITS = 8


class QuarantineError(Exception):
    """What was asked of quarantine cannot be done; the message says why and how to mend it."""


@dataclass(frozen=True)
class Choice:
    """Which part of quarantine is meant; None is all of it.

    `week`: the week that a row's business day lies in; a row without a readable day may lie in
    any. `since`: the business day on which its file first came, or a later one.
    """

    merchant_id: str | None = None
    source: str | None = None
    rule: str | None = None
    week: Week | None = None
    since: date | None = None

    def takes_file(self, merchant_id: str, source: str | None, received_at: datetime) -> bool:
        """Whether a file is meant."""
        return (
            self.merchant_id in (None, merchant_id)
            and self.source in (None, source)
            and (self.since is None or business_day(received_at) >= self.since)
        )

    def takes_row(self, row: QuarantinedRow) -> bool:
        """Whether a row of such a file is meant."""
        is_of_week = self.week is None or row.day is None or week_of(row.day) == self.week
        return is_of_week and (self.rule is None or self.rule in row.rules)


@dataclass(frozen=True)
class QuarantinedFile:
    """A file of which some rows are in quarantine; `path` is where they lie."""

    merchant_id: str
    file_sha256: str
    file_name: str
    source: str
    received_at: datetime
    path: Path
    rules: tuple[str, ...]

    @property
    def content(self) -> Content:
        return Content(self.merchant_id, self.file_sha256)


@dataclass(frozen=True)
class QuarantinedRow:
    """One row with all the rules that it breaks and their reasons; `line` is its row number."""

    file: QuarantinedFile
    line: int
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    cells_json: str
    day: date | None

    @property
    def key(self) -> tuple[str, str, int]:
        return self.file.merchant_id, self.file.file_sha256, self.line

    @property
    def cells(self) -> Mapping[str, str]:
        """The texts of its mapped, non-personal cells; one that is not here is empty."""
        return {name: text for name, text in json.loads(self.cells_json).items() if text}

    @property
    def stamp(self) -> str:
        """Another one as soon as anything of the row is another; the order of columns is not."""
        told = json.dumps([*self.key, sorted(self.cells.items())], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:_STAMP_DIGITS]


def quarantined_files(workspace: Workspace, choice: Choice) -> list[QuarantinedFile]:
    """The files that have rows in quarantine, by merchant and first receipt.

    Raises:
        QuarantineError, LayoutError: there is no such merchant or source.
    """
    _refuse_unknown(workspace, choice)
    with workspace.store.session() as session:
        found = [
            _file(workspace, session, file, reading)
            for file, reading in current_readings(session)
            if reading is not None and file.status == "loaded" and reading.rows_quarantined
        ]
    chosen = [
        file
        for file in found
        if choice.takes_file(file.merchant_id, file.source, file.received_at)
        and (choice.rule is None or choice.rule in file.rules)
    ]
    return sorted(chosen, key=lambda file: (file.merchant_id, file.received_at, file.file_name))


def _refuse_unknown(workspace: Workspace, choice: Choice) -> None:
    if choice.source is not None:
        workspace.layouts().get(choice.source)
    if choice.merchant_id and workspace.register().get(choice.merchant_id) is None:
        raise QuarantineError(
            f"merchant '{choice.merchant_id}' is not in the register; "
            "`seedbed quarantine list` without --merchant shows all of them."
        )


def _file(workspace: Workspace, session: Session, file: File, reading: Reading) -> QuarantinedFile:
    receipt = receipts_of(session, file)[0]
    name = f"{address_of(reading).stem}.parquet"
    return QuarantinedFile(
        merchant_id=file.merchant_id,
        file_sha256=file.file_sha256,
        file_name=receipt.file_name,
        source=reading.source,
        received_at=receipt.received_at,
        path=workspace.home.quarantine / reading.source / name,
        rules=tuple(sorted(reading.quarantined_by_rule)),
    )


def rows_of(file: QuarantinedFile, choice: Choice | None = None) -> Iterator[QuarantinedRow]:
    """Its quarantined rows in the order of the file, a batch in memory at a time.

    Raises:
        QuarantineError: they are gone.
    """
    if not file.path.exists():
        raise QuarantineError(f"{file.path} is missing; `seedbed ingest` makes it again.")
    for line, entries in groupby(_entries(file.path), key=lambda entry: entry["_row_number"]):
        told = list(entries)
        row = QuarantinedRow(
            file=file,
            line=line,
            rules=tuple(entry["rule"] for entry in told),
            reasons=tuple(entry["reason"] for entry in told),
            cells_json=told[0]["cells"],
            day=told[0]["row_date"],
        )
        if choice is None or choice.takes_row(row):
            yield row


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=list(_COLUMNS)):
            yield from batch.to_pylist()


def short_hashes(hashes: Iterable[str]) -> dict[str, str]:
    """Each hash by its first digits, as many as tell all of them apart."""
    known = set(hashes)
    digits = _SHORT_DIGITS
    while len({sha256[:digits] for sha256 in known}) < len(known):
        digits += 1
    return {sha256: sha256[:digits] for sha256 in known}
