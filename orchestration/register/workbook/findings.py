"""What reading a workbook came upon: faults that stop it, and notes that do not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from orchestration.register.workbook.cells import Cell, shown
from orchestration.register.workbook.columns import sheet_plans


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `row` and `column` as the spreadsheet shows them, if one cell is."""

    sheet: str
    problem: str
    row: int | None = None
    column: str | None = None
    header: str | None = None
    value: str | None = None

    @property
    def sentence(self) -> str:
        """Where it is, what is wrong and how to mend it."""
        places = [f"Sheet {self.sheet}"]
        if self.row is not None:
            places.append(f"row {self.row}")
        if self.column is not None:
            places.append(f"column {self.column} ({self.header})")
        if self.value is not None:
            places.append(f"'{self.value}'")
        return f"{', '.join(places)}: {self.problem}."

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": self.sentence}


@dataclass
class Findings:
    """Everything found so far."""

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def faults_in_order(self) -> tuple[Fault, ...]:
        """The faults as somebody meets them who goes through the workbook."""
        sheets = [plan.name for plan in sheet_plans()]
        return tuple(
            sorted(
                self.faults,
                key=lambda fault: (
                    sheets.index(fault.sheet),
                    fault.row or 0,
                    # AA comes after Z.
                    len(fault.column or ""),
                    fault.column or "",
                ),
            )
        )


@dataclass(frozen=True)
class Place:
    """A column of a sheet as it was found: its place from 0, and its header as written."""

    index: int
    header: str

    @property
    def letter(self) -> str:
        """The column's name in a spreadsheet: A to Z, AA, AB, ..."""
        letters, rest = "", self.index + 1
        while rest:
            rest, last = divmod(rest - 1, 26)
            letters = chr(ord("A") + last) + letters
        return letters


def cell_fault(sheet: str, row: int, place: Place | None, problem: str, cell: Cell = "") -> Fault:
    """A fault of one cell; of its row, if the sheet has no such column."""
    value = shown(cell).strip() or None
    if place is None:
        return Fault(sheet, problem, row, value=value)
    return Fault(sheet, problem, row, place.letter, place.header, value)
