"""Workbooks (.xlsx, .xls and their kin): their visible sheets as rows of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.table.cells import Cell
from orchestration.exports.table.marked_cells import MarkedRow, marked_rows
from orchestration.exports.table.sniff import Kind, kind_of
from orchestration.exports.table.trial import opens_within
from orchestration.exports.table.workbook_look import Look, look_at
from orchestration.exports.zip_file import ZIP_FAULTS, open_zip

_DAMAGED = {
    "zip_workbook": "it is damaged or no .xlsx workbook; download it again",
    "old_workbook": "it is a damaged old .xls, or a workbook with a password; save it as .xlsx "
    "without a password",
}
# What a damaged part of a workbook can raise, beside the reader's own errors.
_FAULTS = (*ZIP_FAULTS, CalamineError, ElementTree.ParseError)
# About what fifteen million cells take: 200,000 rows of 75 columns.
_MOST_BYTES = 1_500_000_000
_PANIC_MODULE = "pyo3_runtime"


def read_workbook(
    path: Path, kind: Kind, file_name: str
) -> Iterator[tuple[str, Iterator[list[Cell]]]]:
    """Name and rows (from row 1 on, all of one length) of each visible sheet, in their order.

    A sheet is opened when the first of its rows is asked for.

    Raises:
        UnreadableFile: it is damaged, locked, or takes too much memory; the iterators raise it
            too.
    """
    with _refusing(kind, file_name):
        marked = _marked_sheets(path, kind, file_name)
        # Opened as a stream: from a path, the ending of the name would decide how it is read.
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        names = [
            meta.name
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
    for name in names:
        yield name, _rows(path, kind, file_name, workbook, name, marked.get(name))


def visible_sheets(path: Path) -> list[tuple[str, Iterator[list[Cell]]]]:
    """The same of a workbook that somebody filled in, whatever its name ends in.

    Raises:
        UnreadableFile: it is no workbook, or as for `read_workbook`.
    """
    kind = kind_of(path, path.name)
    if kind == "text":
        raise UnreadableFile(f"{path.name}: it is no workbook; save it as .xlsx and try again.")
    return list(read_workbook(path, kind, path.name))


def _marked_sheets(path: Path, kind: Kind, file_name: str) -> dict[str, str]:
    """The parts of the sheets in which some cells are to be looked up.

    Raises:
        UnreadableFile: the workbook takes too much memory.
    """
    look = Look({}, is_modest=False)
    if kind == "zip_workbook":
        with open_zip(path) as archive:
            look = look_at(archive)
    if not look.is_modest and not opens_within(path, _MOST_BYTES):
        raise UnreadableFile(
            f"{file_name}: to open it takes more than {_MOST_BYTES:,} bytes of memory, as if cells "
            "stood far outside of its table; delete what lies there, export fewer days at once, "
            "or save it as CSV."
        )
    return look.marked


def _rows(
    path: Path,
    kind: Kind,
    file_name: str,
    workbook: CalamineWorkbook,
    name: str,
    marked: str | None,
) -> Iterator[list[Cell]]:
    with _refusing(kind, file_name):
        sheet = workbook.get_sheet_by_name(name)
        marks = marked_rows(path, marked) if marked else iter(())
        yield from _with_marks(sheet, marks)


@contextmanager
def _refusing(kind: Kind, file_name: str) -> Iterator[None]:
    """Turn whatever a damaged workbook raises within the block into one sentence."""
    try:
        yield
    except PasswordError as error:
        raise UnreadableFile(f"{file_name}: it has a password; save it without one.") from error
    except _FAULTS as error:
        raise UnreadableFile(f"{file_name}: {_DAMAGED[kind]}.") from error
    except BaseException as error:
        # The reader's panics are no Exception, and their type cannot be imported.
        if type(error).__module__ == _PANIC_MODULE:
            raise UnreadableFile(f"{file_name}: {_DAMAGED[kind]}.") from error
        raise


def _with_marks(sheet: CalamineSheet, marks: Iterator[MarkedRow]) -> Iterator[list[Cell]]:
    """The sheet's rows with the marked cells put in; rows of nothing else may follow the last."""
    rows = _from_column_a(sheet)
    number = width = 0
    for marked, texts in marks:
        for row in rows:
            number, width = number + 1, len(row)
            if number > marked:
                yield _marked(row, texts)
                break
            yield row
        else:
            while number < marked:
                number += 1
                yield [""] * width
            number += 1
            yield _marked([""] * width, texts)
    yield from rows


def _from_column_a(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    """The sheet's rows; the reader leaves out the blank columns before the first used one."""
    before = sheet.start[1] if sheet.start else 0
    rows = iter(sheet.iter_rows())
    return ([*[""] * before, *row] for row in rows) if before else rows


def _marked(row: list[Cell], texts: Mapping[int, str]) -> list[Cell]:
    # A mark beyond the used range stands under no header.
    for place, text in texts.items():
        if place < len(row):
            row[place] = text
    return row
