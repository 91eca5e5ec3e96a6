"""A plan as rows of cells: what stands over the header, the header, and the rows below it."""

from __future__ import annotations

from orchestration.samples.market.cells import Cell, Column, cell
from orchestration.samples.market.exports import Entry, Plan
from orchestration.samples.market.persons import PERSONAL_HEADERS, UNKNOWN_HEADERS

_PLAIN_EXTRA = "扩展字段01"


def table_of(plan: Plan) -> list[list[Cell]]:
    """All rows of the file, from its first line on."""
    columns = _ordered(plan)
    persons = personal_headers(plan)
    extras = [_PLAIN_EXTRA] if plan.style.has_extras else []
    header = [column.spelling(plan.style.cells) for column in columns]
    return [
        *([*row] for row in plan.style.above),
        [*header, *persons, *extras],
        *(_row(plan, entry, columns, persons, extras) for entry in plan.entries),
    ]


def personal_headers(plan: Plan) -> list[str]:
    """The headers of a plan's personal columns."""
    known = PERSONAL_HEADERS.get(plan.source, ())
    return [*known, *(UNKNOWN_HEADERS if known and plan.style.has_extras else ())]


def _ordered(plan: Plan) -> list[Column]:
    if not plan.style.is_id_first:
        return list(plan.columns)
    first, *others = plan.columns
    ids = [column for column in others if column.header.partition("|")[0].endswith(("ID", "名称"))]
    return [*ids, first, *(column for column in others if column not in ids)]


def _row(
    plan: Plan, entry: Entry, columns: list[Column], persons: list[str], extras: list[str]
) -> list[Cell]:
    record, style = entry.record, plan.style.cells
    row: list[Cell] = []
    for column in columns:
        if column.header in entry.cells:
            row.append(entry.cells[column.header])
        else:
            row.append(cell(column.value(record.values), column.kind, style) if record else "")
    row += [record.person.get(header, "") if record else "" for header in persons]
    row += ["值" if record else "" for _ in extras]
    return row[:1] + row[2:] if entry.is_short else row
