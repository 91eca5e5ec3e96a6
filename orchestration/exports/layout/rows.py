"""The three CSV files of a layout, read and checked line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.types import CellType, Need

CoverageMode = Literal["rows_to_export", "rows", "declared"]

_NAME = r"^[a-z][a-z0-9_]*$"
# A column of this name stands in every row already.
_RESERVED_COLUMNS = {"merchant_id"}
# Computed for each row: its time unit and which breakdown columns the file has.
CUT = "_cut"
# A header that begins so is not in the file: `=stat_date` takes the cell of that column again,
# `=period` the days that the file's name or a person tells.
DERIVED_MARK = "="
PERIOD_HEADER = "=period"
PERIOD_COLUMNS = ("period_from", "period_to")
# What the reader itself skips; a layout's own reason must tell itself apart.
READER_SKIPS = ("empty", "total", "title", "discarded")
_DAY_PARTS = {"year", "month", "day"}
_TIME_PARTS = _DAY_PARTS | {"hour", "minute", "second"}
_END_PARTS = {"to_year", "to_month", "to_day"}


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnRow(_Row):
    """One spelling of one column's header."""

    column: Annotated[str, Field(pattern=_NAME)]
    header: Annotated[str, Field(min_length=1)]
    type: CellType
    required: Need
    valid_from: Annotated[date | None, BeforeValidator(_blank_is_none)]
    certainty: Literal["seen", "documented", "assumed"]
    note: str

    @property
    def derived_from(self) -> str | None:
        """What the header names instead of a header of the file, or None."""
        return self.header.removeprefix(DERIVED_MARK) if self.header[0] == DERIVED_MARK else None

    @model_validator(mode="after")
    def _derives_what_can_be(self) -> ColumnRow:
        is_period = self.header == PERIOD_HEADER
        if is_period and (self.type != "date" or self.column not in PERIOD_COLUMNS):
            raise ValueError(f"{PERIOD_HEADER} fills dates named {' and '.join(PERIOD_COLUMNS)}")
        if (self.derived_from is not None and not is_period) != (self.type == "hour"):
            raise ValueError("an hour, and nothing else, takes the cell of a date: '=date_column'")
        return self

    @field_validator("column")
    @classmethod
    def _free(cls, value: str) -> str:
        if value in _RESERVED_COLUMNS:
            raise ValueError(f"'{value}' stands in every row already; choose another name")
        return value


class IgnoredRow(_Row):
    """One header whose values are dropped unread, and why.

    `refuses`: a file with this header is of another source, though it has all this one needs.
    """

    header: Annotated[str, Field(min_length=1)]
    reason: Literal["personal", "not_used", "refuses"]


class Terms(_Row):
    """How files of a source are to be understood from a day on.

    `family` names a folder `_<family>` whose rows several sources share. `coverage` says how a
    file proves its days; up to `bridge_days` between two files count as covered. All rows of one
    `replace_by` key come from one file. `date_columns` are the day of a row, or the first and
    the last one that it speaks of. Which of `breakdowns` a file has is a part of its cut.
    `export_time_pattern` finds the export time in a name, `period_pattern` the days of a file
    whose rows tell none. Rows for which `skip_when` (SQL on the columns) is true are counted
    under `skip_reason` and go no further.
    """

    source: str
    effective_from: date
    title: Annotated[str, Field(min_length=1)]
    family: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*)?$")]
    coverage: CoverageMode
    bridge_days: Annotated[int, Field(ge=0)]
    replace_by: Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]
    date_columns: Annotated[
        tuple[str, ...], BeforeValidator(_words), Field(min_length=1, max_length=2)
    ]
    breakdowns: Annotated[tuple[str, ...], BeforeValidator(_words)]
    export_time_pattern: Annotated[re.Pattern[str] | None, BeforeValidator(_blank_is_none)]
    period_pattern: Annotated[re.Pattern[str] | None, BeforeValidator(_blank_is_none)]
    skip_when: str
    skip_reason: str

    @field_validator("export_time_pattern")
    @classmethod
    def _names_a_day(cls, value: re.Pattern[str] | None) -> re.Pattern[str] | None:
        if value is not None and not _DAY_PARTS <= set(value.groupindex) <= _TIME_PARTS:
            raise ValueError(
                "its named groups are year, month, day and, if told, hour, minute, second"
            )
        return value

    @field_validator("period_pattern")
    @classmethod
    def _names_days(cls, value: re.Pattern[str] | None) -> re.Pattern[str] | None:
        if value is not None and set(value.groupindex) not in (_DAY_PARTS, _DAY_PARTS | _END_PARTS):
            raise ValueError(
                "its named groups are year, month, day and, for a last day, to_year, to_month, "
                "to_day"
            )
        return value

    @property
    def date_column(self) -> str:
        """The day of a row, the first one of a period."""
        return self.date_columns[0]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of `replace_by` that stand in the file."""
        return tuple(name for name in self.replace_by if name != CUT)

    @property
    def has_cuts(self) -> bool:
        """Whether the same figures come in several cuts that must not be added."""
        return CUT in self.replace_by

    @model_validator(mode="after")
    def _skip_has_a_reason(self) -> Terms:
        if bool(self.skip_when) != bool(self.skip_reason):
            raise ValueError("skip_when and skip_reason come together or not at all")
        if self.skip_reason in READER_SKIPS:
            raise ValueError(f"skip_reason '{self.skip_reason}' is the reader's own; use another")
        return self


RowType = TypeVar("RowType", bound=_Row)


@dataclass(frozen=True)
class Placed(Generic[RowType]):
    """A row and where it stands."""

    row: RowType
    path: Path
    line: int

    def fault(self, sentence: str) -> LayoutError:
        """The error for this row."""
        return LayoutError(f"{self.path} line {self.line}: {sentence}")


def read_rows(
    path: Path, model: type[RowType], key: Callable[[RowType], object]
) -> dict[object, Placed[RowType]]:
    """The rows of one CSV by their key, in the file's order; none if there is no such file.

    Raises:
        LayoutError: the first line is another, a row is wrong, or a key stands twice.
    """
    if not path.exists():
        return {}
    try:
        reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except UnicodeDecodeError as error:
        raise LayoutError(f"{path} is not UTF-8; save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise LayoutError(f"{path} is no CSV: {error}.") from error
    fields = list(model.model_fields)
    if not lines or [cell.strip() for cell in lines[0][1]] != fields:
        raise LayoutError(f"{path} line 1: it must read {','.join(fields)}.")
    rows: dict[object, Placed[RowType]] = {}
    for number, cells in lines[1:]:
        placed = Placed(_checked(path, number, cells, model), path, number)
        name = key(placed.row)
        if name in rows:
            raise placed.fault(f"it says again what line {rows[name].line} says; keep one.")
        rows[name] = placed
    return rows


def _checked(path: Path, number: int, cells: list[str], model: type[RowType]) -> RowType:
    fields = list(model.model_fields)
    if len(cells) != len(fields):
        raise LayoutError(
            f"{path} line {number}: {len(cells)} cells instead of {len(fields)}; "
            "put a cell that holds a comma between double quotes."
        )
    values = {name: cell.strip() for name, cell in zip(fields, cells, strict=True)}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        found = f"{field} is '{values[field]}': " if field else ""
        fault = first["msg"].removeprefix("Value error, ")
        raise LayoutError(f"{path} line {number}: {found}{fault}.") from error
