"""Decisions as rows of a layout's CSV files, beside the rows that a home has already. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from orchestration.exports.file_names import shown
from orchestration.exports.layout.rows import (
    DERIVED_MARK,
    PERIOD_COLUMNS,
    PERIOD_HEADER,
    ColumnRow,
    IgnoredRow,
    Terms,
)
from orchestration.exports.learn.proposal import Proposal
from orchestration.exports.learn.unseen import HOUR, NewLayout

COLUMNS, IGNORED, LAYOUT = "columns.csv", "ignored.csv", "layout.csv"
# Spreadsheets know by it that a CSV is UTF-8.
_BYTE_ORDER_MARK = "\ufeff"
# Every file that there is yet is read by these terms.
_EVER = date(2020, 1, 1)

Row = Sequence[str]


def rows_of(
    decisions: Iterable[Proposal], new: NewLayout | None, file_name: str, day: date
) -> Mapping[str, list[Row]]:
    """The rows to add, by file; what is left unknown has none."""
    note = f"learnt from {shown(file_name)} on {day}"
    decided = list(decisions)
    columns: list[Row] = [
        [one.column, one.header, one.type, one.required, "", "seen", note]
        for one in decided
        if one.action == "map"
    ]
    ignored: list[Row] = [
        [one.header, "personal" if one.is_personal else "not_used"]
        for one in decided
        if one.action == "ignore"
    ]
    rows: dict[str, list[Row]] = {COLUMNS: columns, IGNORED: ignored}
    if new is not None:
        rows[COLUMNS] = [*_derived(new, note), *columns]
        rows[LAYOUT] = [_terms(new, note)]
    return {name: added for name, added in rows.items() if added}


def _derived(new: NewLayout, note: str) -> list[Row]:
    if not new.day:
        return [[name, PERIOD_HEADER, "date", "no", "", "seen", note] for name in PERIOD_COLUMNS]
    if new.has_hours:
        return [[HOUR, f"{DERIVED_MARK}{new.day}", "hour", "no", "", "seen", note]]
    return []


def _terms(new: NewLayout, note: str) -> Row:
    terms = {
        "source": new.source,
        "effective_from": _EVER.isoformat(),
        "title": f"One row per {' and '.join(new.replace_by)}; {note}",
        "coverage": "rows" if new.day else "declared",
        "bridge_days": "0",
        "replace_by": " ".join(new.replace_by),
        "date_columns": new.day or " ".join(PERIOD_COLUMNS),
        "export_time_pattern": new.export_time_pattern,
        "period_pattern": new.period_pattern,
    }
    return [terms.get(name, "") for name in Terms.model_fields]


_FIELDS = {
    COLUMNS: list(ColumnRow.model_fields),
    IGNORED: list(IgnoredRow.model_fields),
    LAYOUT: list(Terms.model_fields),
}


def with_rows(name: str, text: str | None, rows: Iterable[Row]) -> str:
    """A CSV file of a layout with rows added behind those that it has; `text` is the file now."""
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\n")
    if not (text or "").strip(_BYTE_ORDER_MARK + " \r\n"):
        text = _BYTE_ORDER_MARK
        writer.writerow(_FIELDS[name])
    writer.writerows(rows)
    before = text or ""
    line_end = "" if before.endswith(("\n", _BYTE_ORDER_MARK)) else "\n"
    return f"{before}{line_end}{added.getvalue()}"
