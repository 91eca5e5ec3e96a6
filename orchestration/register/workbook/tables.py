"""The sheets of a filled-in workbook as rows of values; every faulty cell is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.register.workbook.cells import (
    Cell,
    CellError,
    is_blank,
    shown,
    spelling,
    value_of,
)
from orchestration.register.workbook.columns import (
    EXAMPLE,
    EXPLANATION,
    MERCHANTS,
    TITLES,
    Column,
    SheetPlan,
    sheet_plans,
)
from orchestration.register.workbook.findings import Fault, Findings, Place, cell_fault

Value = str | date | None


@dataclass(frozen=True)
class Row:
    """A row that holds anything: its number in the sheet, and by field its cells and values.

    `bad`: the fields whose cells mean nothing; they have no value.
    """

    number: int
    cells: Mapping[str, str]
    values: Mapping[str, Value]

    @property
    def bad(self) -> frozenset[str]:
        return frozenset(self.cells.keys() - self.values.keys())

    def text(self, field: str) -> str | None:
        """The text of a field, or None where it is blank or faulty."""
        value = self.values.get(field)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Table:
    """A sheet that was found: which columns it has, and its rows.

    `is_whole`: whether it has every column that it must have.
    """

    name: str
    places: Mapping[str, Place]
    rows: Sequence[Row]
    is_whole: bool

    def fault(self, row: Row, field: str, problem: str) -> Fault:
        """A fault of one cell."""
        cell = row.cells.get(field, "")
        return cell_fault(self.name, row.number, self.places.get(field), problem, cell)


def read_tables(
    sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]], findings: Findings
) -> dict[str, Table]:
    """The tables by the name of their sheet; a sheet that is not there is missing here too.

    Args:
        sheets: name and rows of each sheet; rows from row 1, cells from column A.
        findings: takes faults and notes.
    """
    plans = {spelling(word): plan for plan in sheet_plans() for word in _names(plan.name)}
    aside = set(map(spelling, _names(EXPLANATION)))
    tables: dict[str, Table] = {}
    for name, rows in sheets:
        plan = plans.get(spelling(name))
        if plan is None:
            if spelling(name) not in aside:
                findings.notes.append(f"Sheet {name} is none of the register's; it is not read.")
        elif plan.name in tables:
            problem = "there are two sheets of this name; keep one of them"
            findings.faults.append(Fault(plan.name, problem))
        else:
            tables[plan.name] = _table(plan, rows, findings)
    if MERCHANTS not in tables:
        problem = "it is missing; begin with what `seedbed merchants export` writes"
        findings.faults.append(Fault(MERCHANTS, problem))
    for plan in sheet_plans():
        if plan.name not in tables and plan.name != MERCHANTS:
            findings.notes.append(f"Sheet {plan.name} is missing; what it lists stays as it is.")
    return tables


def _names(sheet: str) -> tuple[str, str]:
    return sheet, TITLES[sheet]


def _table(plan: SheetPlan, rows: Iterable[Sequence[Cell]], findings: Findings) -> Table:
    numbered = ((n, row) for n, row in enumerate(rows, 1) if not all(map(is_blank, row)))
    header_row, header = next(numbered, (1, ()))
    places = _places(plan, header_row, header, findings)
    columns = [(column, places[column.field]) for column in plan.columns if column.field in places]
    read = [_row(plan, columns, number, cells, findings) for number, cells in numbered]
    rows_kept = [row for row in read if not _is_example(plan, row, findings)]
    is_whole = all(column.field in places for column in plan.columns if column.is_required)
    return Table(plan.name, places, rows_kept, is_whole)


def _places(
    plan: SheetPlan, row: int, header: Sequence[Cell], findings: Findings
) -> dict[str, Place]:
    """Where each field's column is; unknown, doubled and missing headers are told."""
    fields = {spelling(word): column.field for column in plan.columns for word in column.headers}
    places: dict[str, Place] = {}
    for index, cell in enumerate(header):
        if is_blank(cell):
            continue
        place = Place(index, shown(cell).strip())
        field = fields.get(spelling(place.header))
        if field is None:
            findings.notes.append(
                f"Sheet {plan.name}, column {place.letter} ({place.header}): no such column is "
                f"known, it is not read; known are {_listed(plan.columns)}."
            )
        elif field in places:
            problem = f"column {places[field].letter} has this header too; keep one of the two"
            findings.faults.append(cell_fault(plan.name, row, place, problem))
        else:
            places[field] = place
    missing = [column for column in plan.columns if column.field not in places]
    if required := [column for column in missing if column.is_required]:
        problem = f"there is no column {_listed(required)}; add it, with this header"
        findings.faults.append(Fault(plan.name, problem, row))
    elif missing:
        findings.notes.append(
            f"Sheet {plan.name} has no column {_listed(missing)}; what is known of it stays."
        )
    return places


def _listed(columns: Iterable[Column]) -> str:
    return "、".join(column.header for column in columns)


def _row(
    plan: SheetPlan,
    columns: Sequence[tuple[Column, Place]],
    number: int,
    cells: Sequence[Cell],
    findings: Findings,
) -> Row:
    values: dict[str, Value] = {}
    texts: dict[str, str] = {}
    for column, place in columns:
        cell = cells[place.index] if place.index < len(cells) else ""
        texts[column.field] = shown(cell)
        try:
            value = value_of(cell, column)
            if value is None and column.is_required:
                raise CellError(f"it is blank; fill it in: {column.en.rstrip('.')}")
        except CellError as error:
            findings.faults.append(cell_fault(plan.name, number, place, str(error), cell))
        else:
            values[column.field] = column.default if value is None else value
    return Row(number, texts, values)


def _is_example(plan: SheetPlan, row: Row, findings: Findings) -> bool:
    """Whether this is the example row; one that was typed over is told as a fault."""
    example = plan.example
    first = plan.columns[0].field
    if example is None or row.values.get(first) != EXAMPLE:
        return False
    if any(row.values.get(field) not in (None, value) for field, value in example.items()):
        findings.faults.append(
            Fault(
                plan.name,
                f"it still begins with {EXAMPLE}, which keeps the example from being read; put the "
                "merchant's id there (in sheet 商家 it may be blank), or take the row out",
                row.number,
            )
        )
    return True
