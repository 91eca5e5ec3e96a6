"""The sheets of a filled-in workbook as rows of plain values; every faulty cell is told. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from orchestration.incentives.checked_yaml import RulebookError
from orchestration.incentives.programmes.workbook.columns import (
    EXPLANATION,
    TITLES,
    VERSIONS,
    YES_NO,
    Column,
    SheetPlan,
    sheet_plans,
)
from orchestration.register.fields import is_failed_formula
from orchestration.register.workbook.cells import (
    Cell,
    CellError,
    as_date,
    is_blank,
    shown,
    spelling,
)
from orchestration.register.workbook.findings import Place as ColumnPlace
from orchestration.register.workbook.findings import cell_fault

Value = str | bool
Sheets = Iterable[tuple[str, Iterable[Sequence[Cell]]]]

# A spreadsheet keeps 15 digits of a number; what had more has lost its last ones.
_EXACT_BELOW = 10**15
_MOST_ROWS = 50_000
# Kinds whose words are places in a file, and no values that its model could refuse.
_PLACING = ("role", "comparison")
_BOOLEANS = {
    spelling(word): value
    for value, words in {True: ("true", "yes", "是"), False: ("false", "no", "否")}.items()
    for word in words
}


@dataclass(frozen=True)
class Row:
    """A row that holds anything: what is filled in, by field, and where each of its cells is."""

    sheet: str
    number: int
    values: Mapping[str, Value]
    places: Mapping[str, ColumnPlace]

    def text(self, field: str) -> str:
        """What stands in a cell, as text."""
        return str(self.values.get(field, ""))

    @property
    def where(self) -> str:
        return f"Sheet {self.sheet}, row {self.number}"

    def cell(self, field: str) -> str:
        """Where the cell of a field is."""
        place = self.places.get(field)
        return f"{self.where}, column {place.letter} ({place.header})" if place else self.where

    def fault(self, field: str, problem: str) -> str:
        """A sentence on one cell."""
        return f"{self.cell(field)}, '{self.text(field)}': {problem}."


def read_tables(sheets: Sheets) -> dict[str, list[Row]]:
    """The rows of each sheet; a sheet that is not there has none.

    Raises:
        RulebookError: there is no sheet of versions, or cells mean nothing; every one is told.
    """
    plans = {spelling(word): plan for plan in sheet_plans() for word in _names(plan.name)}
    aside = set(map(spelling, _names(EXPLANATION)))
    faults: list[str] = []
    tables: dict[str, list[Row]] = {}
    for name, rows in sheets:
        plan = plans.get(spelling(name))
        if plan is None and spelling(name) not in aside:
            known = "、".join(plan.name for plan in sheet_plans())
            faults.append(f"Sheet {name} is none of a rulebook's; name it {known}, or take it out.")
        elif plan is not None and plan.name in tables:
            faults.append(f"Sheet {name}: there are two sheets of this name; keep one of them.")
        elif plan is not None:
            tables[plan.name] = list(_table(plan, rows, faults))
    if VERSIONS not in tables:
        faults.insert(
            0, f"Sheet {VERSIONS} is missing; begin with what `seedbed rulebook export` writes."
        )
    if faults:
        raise RulebookError(*faults)
    return {plan.name: tables.get(plan.name, []) for plan in sheet_plans()}


def _names(sheet: str) -> tuple[str, str]:
    return sheet, TITLES[sheet]


def _table(plan: SheetPlan, rows: Iterable[Sequence[Cell]], faults: list[str]) -> Iterator[Row]:
    numbered = ((number, row) for number, row in enumerate(rows, 1) if not all(map(is_blank, row)))
    header_row, header = next(numbered, (1, ()))
    places = _places(plan, header_row, header, faults)
    for number, cells in islice(numbered, _MOST_ROWS):
        yield _row(plan, places, number, cells, faults)
    if next(numbered, None):
        faults.append(
            f"Sheet {plan.name} has more than {_MOST_ROWS:,} rows, more than any rulebook needs; "
            "look what went into it."
        )


def _places(
    plan: SheetPlan, row: int, header: Sequence[Cell], faults: list[str]
) -> dict[str, ColumnPlace]:
    """Where each field's column is; unknown, doubled and missing headers are faults."""
    fields = {spelling(word): column.field for column in plan.columns for word in column.headers}
    places: dict[str, ColumnPlace] = {}
    for index, cell in enumerate(header):
        if is_blank(cell):
            continue
        place = ColumnPlace(index, shown(cell).strip())
        field = fields.get(spelling(place.header))
        if field is None:
            problem = "no such column is known; take its header from the sheet 说明, or take it out"
            faults.append(cell_fault(plan.name, row, place, problem).sentence)
        elif field in places:
            problem = f"column {places[field].letter} has this header too; keep one of the two"
            faults.append(cell_fault(plan.name, row, place, problem).sentence)
        else:
            places[field] = place
    missing = [one.header for one in plan.columns if one.is_required and one.field not in places]
    if missing:
        faults.append(
            f"Sheet {plan.name}, row {row}: there is no column {'、'.join(missing)}; add it, with "
            "this header."
        )
    return places


def _row(
    plan: SheetPlan,
    places: Mapping[str, ColumnPlace],
    number: int,
    cells: Sequence[Cell],
    faults: list[str],
) -> Row:
    values: dict[str, Value] = {}
    for column in plan.columns:
        place = places.get(column.field)
        if place is None:
            continue
        cell = cells[place.index] if place.index < len(cells) else ""
        try:
            value = _value(cell, column)
        except CellError as error:
            faults.append(cell_fault(plan.name, number, place, str(error), cell).sentence)
            continue
        if value is not None:
            values[column.field] = value
        elif column.is_required:
            problem = "it is blank; fill it in"
            faults.append(cell_fault(plan.name, number, place, problem).sentence)
    return Row(plan.name, number, values, places)


def _value(cell: Cell, column: Column) -> Value | None:
    """What a cell means, as a YAML file would say it; None where it is blank.

    Raises:
        CellError: it can mean nothing.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, str) and is_failed_formula(cell.strip()):
        raise CellError("its formula has no result; type the value itself")
    if column.kind == "day":
        return as_date(cell).isoformat()
    text = _text(cell)
    if column.kind == YES_NO:
        if spelling(text) not in _BOOLEANS:
            raise CellError("write true or false")
        return _BOOLEANS[spelling(text)]
    if column.kind in _PLACING and text not in column.choices:
        raise CellError(f"choose one of {', '.join(column.choices)}")
    if column.kind == "value" and text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    return text


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT_BELOW:
            raise CellError(
                "a number of more than 15 digits has lost its last ones; format the cell as text "
                "and type it again"
            )
        number = Decimal(repr(cell))
        return f"{number.to_integral_value():f}" if number == int(cell) else f"{number:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    unit = "length of time" if isinstance(cell, timedelta) else "time of day"
    raise CellError(f"the spreadsheet took it for a {unit}; format the cell as text first")
