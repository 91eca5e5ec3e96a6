"""Quarantined rows on their way into a workbook, one file after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from orchestration.exports.errors import ExportError
from orchestration.exports.table.file_rows import FileRows, open_rows
from orchestration.flow.quarantine.as_shown import RowCells, from_file, from_quarantine
from orchestration.flow.quarantine.fixes import Fixes
from orchestration.flow.quarantine.replaced import RowKey, replaced_rows
from orchestration.flow.quarantine.rows import (
    Choice,
    QuarantinedFile,
    QuarantinedRow,
    QuarantineError,
    quarantined_files,
    rows_of,
    short_hashes,
)
from orchestration.flow.quarantine.sheet import SURPLUS, RowId
from orchestration.flow.quarantine.write import ROWS_OF_A_SHEET, SourceRows, WrittenRow
from orchestration.flow.repairs import repairs_of
from orchestration.flow.workspace import Workspace

Progress = Callable[[str], None]
# A rule about more columns than these is about the row, and says nothing about where to look.
_COLUMNS_OF_A_RULE = 4
_BETWEEN_RULES = "; "
_BETWEEN_SENTENCES = "\n"


@dataclass(frozen=True)
class How:
    """How a workbook is made.

    `from_landing`: cells as they stand in the files; `personal`: also those that no layout knows
    or that are personal.
    """

    from_landing: bool = False
    personal: bool = False
    overwrite: bool = False
    rows_of_a_sheet: int = ROWS_OF_A_SHEET


@dataclass(frozen=True)
class _Headed:
    """A file and the columns that it has: mapped ones with their headers, and the others."""

    file: QuarantinedFile
    own: tuple[str, ...]
    headers: dict[str, str]
    others: tuple[str, ...]


class Gathering:
    """Turns the chosen rows into rows of the workbook.

    `left_out`: rows that are not shown because a newer export has them whole. `notes`: a
    sentence per file whose rows cannot be shown.
    """

    def __init__(self, workspace: Workspace, choice: Choice, how: How, progress: Progress) -> None:
        self._workspace = workspace
        self._archive = workspace.archive()
        self._choice = choice
        self._how = how
        self._progress = progress
        self._book = workspace.layouts()
        self._fixes = Fixes(self._book)
        files = quarantined_files(workspace, choice)
        self._replaced = replaced_rows(workspace, files)
        self._short = short_hashes(file.file_sha256 for file in files)
        self.left_out: set[RowKey] = set()
        self.notes: list[str] = []
        self._files = self._with_headers(files)

    @property
    def file_count(self) -> int:
        return len(self._files)

    def has_rows(self) -> bool:
        """Whether anything is to be written."""
        return any(True for one in self._files for _ in self._chosen(one.file))

    def sources(self) -> Iterator[SourceRows]:
        """What is written of each source, in the order of their names."""
        by_source = sorted(self._files, key=lambda one: one.file.source)
        for source, group in groupby(by_source, key=lambda one: one.file.source):
            headed = list(group)
            headers = self._headers(source, headed)
            others = dict.fromkeys(header for one in headed for header in one.others)
            looking = [*others, SURPLUS.header] if self._how.personal else []
            yield SourceRows(
                source,
                [*headers.values(), *looking],
                self._rows(headed, headers),
                frozenset(looking),
            )

    def _with_headers(self, files: Sequence[QuarantinedFile]) -> list[_Headed]:
        """The files that can be looked into; of the others it is told why not."""
        found: list[_Headed] = []
        for number, file in enumerate(files, start=1):
            self._progress(
                f"looking at the header of {file.file_name} ({number:,} of {len(files):,})"
            )
            try:
                found.append(self._headed(file))
            except ExportError as error:
                self.notes.append(f"Rows of {file.file_name} are left out. {error}")
        return found

    def _chosen(self, file: QuarantinedFile) -> Iterator[QuarantinedRow]:
        for row in rows_of(file, self._choice):
            if row.key in self._replaced:
                self.left_out.add(row.key)
            else:
                yield row

    @contextmanager
    def _open(self, file: QuarantinedFile) -> Iterator[FileRows]:
        with self._archive.opened(file.file_sha256) as content:
            yield open_rows(content, file.file_name, self._book)

    def _headed(self, file: QuarantinedFile) -> _Headed:
        with self._open(file) as opened:
            others = tuple(opened.other_places.values()) if self._how.personal else ()
            return _Headed(file, opened.found.own_columns, opened.found.headers, others)

    def _headers(self, source: str, headed: Sequence[_Headed]) -> dict[str, str]:
        """The header of each column that any of these files has, as the first of them spells it."""
        found: dict[str, str] = {}
        for name in self._in_order(source, headed):
            spelled = (one.headers[name] for one in headed if name in one.own)
            header = next(spelled, None)
            if header is not None:
                found[name] = header
        return found

    def _in_order(self, source: str, headed: Sequence[_Headed]) -> dict[str, None]:
        """What names a row, then what is wrong with it, then everything else."""
        layout = self._book.get(source)
        rules = {rule for one in headed for rule in one.file.rules}
        about = [self._fixes.about(source, rule) for rule in rules]
        wrong = {name for names in about if len(names) <= _COLUMNS_OF_A_RULE for name in names}
        own = [name for name in layout.columns if name in wrong]
        return dict.fromkeys([*layout.terms[-1].keys, *own, *layout.columns])

    def _rows(self, headed: Sequence[_Headed], headers: dict[str, str]) -> Iterator[WrittenRow]:
        for number, one in enumerate(headed, start=1):
            self._progress(f"writing rows of {one.file.file_name} ({number:,} of {len(headed):,})")
            as_shown = self._as_in_file if self._how.from_landing else self._as_in_quarantine
            for row, cells in as_shown(one.file):
                yield self._written(one, headers, row, cells)

    def _as_in_quarantine(self, file: QuarantinedFile) -> Iterator[tuple[QuarantinedRow, RowCells]]:
        layout = self._book.get(file.source)
        for row in self._chosen(file):
            yield row, from_quarantine(row, layout)

    def _as_in_file(self, file: QuarantinedFile) -> Iterator[tuple[QuarantinedRow, RowCells]]:
        mended = repairs_of(self._workspace, file.content)
        with self._open(file) as opened:
            in_file = opened.rows({row.line for row in self._chosen(file)})
            for row in self._chosen(file):
                file_row = next(in_file, None)
                if file_row is None or file_row.number != row.line:
                    raise QuarantineError(
                        f"{file.file_name}: line {row.line} is not found in it again; run "
                        f"`seedbed ingest --reparse {file.source}` and export once more."
                    )
                of_row = mended.get(row.line, {})
                yield row, from_file(file_row, opened, of_row, personal=self._how.personal)

    def _written(
        self, one: _Headed, headers: dict[str, str], row: QuarantinedRow, cells: RowCells
    ) -> WrittenRow:
        file = one.file
        faulty = self._fixes.faulty(file.source, row.rules, cells.texts)
        row_id = RowId(
            home_id=self._workspace.settings.home_id,
            source=file.source,
            merchant_id=file.merchant_id,
            line=row.line,
            stamp=row.stamp,
            marks=cells.marks(one.own, faulty),
            is_odd=cells.is_odd,
        )
        fixes = dict.fromkeys(self._fixes.fix(file.source, rule) for rule in row.rules)
        mapped = {headers[name]: text for name, text in cells.texts.items() if name in one.own}
        return WrittenRow(
            fixed=(
                "",
                file.merchant_id,
                file.file_name,
                self._short[file.file_sha256],
                str(row.line),
                _BETWEEN_RULES.join(row.rules),
                _BETWEEN_SENTENCES.join(dict.fromkeys(row.reasons)),
                _BETWEEN_SENTENCES.join(fixes),
            ),
            cells={SURPLUS.header: cells.surplus, **cells.others, **mapped},
            hidden=(file.file_sha256, row_id.as_text()),
            faulty=frozenset(headers[name] for name in faulty if name in one.own),
            absent=frozenset(header for name, header in headers.items() if name not in one.own),
        )
