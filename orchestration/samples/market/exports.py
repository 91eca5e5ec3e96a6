"""What an export is made of: records of the world, rows of a plan, and the plan of one file.

A record is one row as the world knows it. An entry is a row as the file has it, with its fate.
A plan is a whole file that somebody downloads; nothing in it has been written yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from orchestration.samples.market.cells import PLAIN_CELLS, Cell, CellStyle, Column, Values

Key = tuple[str, ...]
RowFate = Literal["loaded", "quarantined", "skipped"]
FileKind = Literal["xlsx", "csv"]


@dataclass(frozen=True)
class Record:
    """One true row: its values by canonical name, and what a newer export of it replaces.

    `key` is shared by the lines of one order; `line` tells them apart. `day` is the business
    day, None for an order that is not paid. `person` are invented personal cells by header.
    """

    key: Key
    values: Values
    day: date | None
    line: int = 0
    person: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One row of a file below its header.

    `record` is None for a row that says nothing of the world, such as a total. `cells` by header
    take the place of the record's own. `why` is the family of rules for a row to be quarantined
    (`ambiguous_number`, ...), or the reason to skip it; empty for a row to be loaded.
    `is_short`: the row lacks its second cell, so that the others are shifted.
    """

    record: Record | None
    fate: RowFate = "loaded"
    why: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    is_short: bool = False


@dataclass(frozen=True)
class FileStyle:
    """How a file is written.

    `has_extras`: it has columns that nobody was told of, two of them personal. `above`: rows
    over the header. `has_cover`: a sheet of words stands before that of the data. `is_id_first`:
    the column of the day stands behind those of the ids. `sheet`: the name of the data's sheet.
    """

    kind: FileKind
    cells: CellStyle = PLAIN_CELLS
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    above: tuple[tuple[str, ...], ...] = ()
    has_extras: bool = False
    has_cover: bool = False
    is_id_first: bool = False
    sheet: str = "Sheet1"

    @property
    def ending(self) -> str:
        return "xlsx" if self.kind == "xlsx" else "tsv" if self.delimiter == "\t" else "csv"


@dataclass(frozen=True)
class Plan:
    """One file that is downloaded and put into the inbox.

    `first_day` and `last_day` are the days asked for; `is_range_named`: the folder or the name
    tells them. `columns` are those of the file, without the personal ones. `folder` is below the
    inbox, and `archive` the ZIP in that folder that holds the file, None for a file of its own.
    `fault` is why the file must be held whole; `content.py` breaks it in that way.
    `is_time_known`: the name tells the export time. `is_repeat`: the same bytes are there under
    another name. `account_ids` are those of a report of advertising.
    """

    merchant_id: str
    source: str
    first_day: date
    last_day: date
    exported_at: datetime
    name: str
    folder: str
    style: FileStyle
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    is_range_named: bool = False
    fault: str = ""
    is_time_known: bool = True
    is_repeat: bool = False
    archive: str | None = None
    account_ids: tuple[str, ...] = ()

    def touches(self, first: date, last: date) -> bool:
        """Whether any of these days was asked for."""
        return self.first_day <= last and self.last_day >= first

    def line_of(self, place: int) -> int:
        """The line, from 1, that the entry at this place has in a spreadsheet."""
        return len(self.style.above) + 1 + place + 1
