"""Teaching a home the layout of a file: what somebody decided is tried, and only then written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.layout.rows import ColumnRow
from orchestration.exports.learn.proposal import LearnError, Proposal
from orchestration.exports.learn.types import infer
from orchestration.exports.learn.written import Row, rows_of, with_rows
from orchestration.files import private_folder, write_private
from orchestration.flow.exit_codes import DONE, WITHHELD
from orchestration.flow.learn.check import Checked, check, taken_from
from orchestration.flow.learn.lesson import Lesson
from orchestration.flow.workspace import Workspace
from orchestration.periods import business_day
from orchestration.settings import now


@dataclass(frozen=True)
class Taught:
    """What a lesson came to: the rows for each file of the layout, and how the file reads then.

    `is_written`: the home has them now. `left`: headers that are still unknown.
    """

    source: str
    folder: Path
    rows: Mapping[str, Sequence[Row]]
    decisions: tuple[Proposal, ...]
    checked: Checked
    is_written: bool
    why: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """3 if the values of some header, or some rows, are still set aside; else 0."""
        return WITHHELD if self.checked.unknown or self.checked.faults else DONE

    def as_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "folder": str(self.folder),
            "written": self.is_written,
            "rows": self.rows,
            "why": self.why,
            "headers": [asdict(one) for one in self.decisions],
            "read": asdict(self.checked),
        }


def as_column(workspace: Workspace, lesson: Lesson, one: Proposal, name: str) -> Proposal:
    """A header that somebody says is this column: one of the layout, or a new name.

    Raises:
        LearnError: it is something of a person, another header is that column already, its cells
            do not read as its type, or it is no name.
    """
    if one.is_personal:
        raise LearnError(f"'{one.header}' is dropped: {one.why[0]}. It is never read.")
    if not one.is_writable:
        raise LearnError(f"'{one.header}' stays unknown: {one.why[0]}.")
    known = {} if lesson.new else workspace.layouts().get(lesson.source).columns
    column = known.get(name)
    profile = lesson.profiles[one.place]
    if column is None:
        new_type = infer(one.header, profile).type
        cells = (name, one.header, new_type, "no", "", "seen", "")
        try:
            ColumnRow.model_validate(dict(zip(ColumnRow.model_fields, cells, strict=True)))
        except ValidationError as error:
            raise LearnError(
                f"'{name}' is no column of {lesson.source}, and no name for a new one: small "
                "letters, digits and _, a letter first."
            ) from error
        return replace(one, action="map", column=name, type=new_type, required="no")
    if column.name not in {lacking.name for lacking in lesson.lacking}:
        raise LearnError(f"{name} stands in the file already; a column is read once.")
    if column.type == "customer" or profile.share(column.type) == 0 < profile.filled:
        raise LearnError(f"'{one.header}' cannot be {name}: its cells are no {column.type}.")
    return replace(one, action="map", column=name, type=column.type, required=column.required)


def teach(
    workspace: Workspace, lesson: Lesson, decisions: Iterable[Proposal], *, dry_run: bool = False
) -> Taught:
    """Write what was decided into the home's layouts, if the file can then be read.

    Everything is tried on a copy first: the layouts must load, files of other sources must stay
    theirs, and the file must be read.

    Raises:
        LearnError: the decisions do not suffice, or one of these fails; nothing is written.
        ExportError: the file cannot be read for another reason.
    """
    decided = tuple(decisions)
    _refuse_lacking(lesson, decided)
    home = workspace.home
    folder = home.layouts / lesson.source
    with tempfile.TemporaryDirectory(dir=home.staged, prefix=".learn-") as scratch:
        trial = Path(scratch)
        decided, rows, book = _tried(workspace, lesson, decided, trial / "layouts")
        checked = check(workspace, lesson.table, lesson.source, book, trial, lesson.declared)
    is_written = bool(rows) and not dry_run
    if is_written:
        _write(folder, folder, rows)
    why = lesson.new.why if lesson.new else ()
    return Taught(lesson.source, folder, rows, decided, checked, is_written, why)


def _refuse_lacking(lesson: Lesson, decided: Sequence[Proposal]) -> None:
    """What a source cannot be read without must be one of the headers."""
    mapped = {one.column for one in decided if one.action == "map"}
    needed = [
        f"{column.name} (like '{column.headers[0]}')"
        for column in lesson.lacking
        if column.is_required and column.name not in mapped
    ]
    if lesson.new:
        in_terms = {*lesson.new.replace_by, lesson.new.day}
        needed = [
            f"{one.column} ('{one.header}': {'; '.join(one.why)})"
            for one in lesson.new.mapped
            if one.column in in_terms - mapped
        ]
    if needed:
        raise LearnError(
            f"{lesson.table.file_name}: {lesson.source} cannot be read without "
            f"{', '.join(needed)}; say which header it is, on a terminal or with a lower "
            "--certainty, or export the file again with that column."
        )


def _tried(
    workspace: Workspace, lesson: Lesson, decided: tuple[Proposal, ...], layouts: Path
) -> tuple[tuple[Proposal, ...], Mapping[str, Sequence[Row]], LayoutBook]:
    """Decisions under which no other source loses files, their rows, and the layouts with them."""
    shutil.copytree(workspace.home.layouts, layouts)
    before = workspace.layouts()
    others: tuple[str, ...] = ()
    # A new layout that many files seem to fit may ask for all of its headers.
    for attempt in (decided, *((_all_required(decided),) if lesson.new else ())):
        rows = rows_of(attempt, lesson.new, lesson.table.file_name, business_day(now()))
        _write(workspace.home.layouts / lesson.source, layouts / lesson.source, rows)
        book = _loaded(layouts, workspace.home.layouts)
        others = taken_from(before, book)
        if not others:
            return attempt, rows, book
    raise LearnError(
        f"With this layout files of {', '.join(dict.fromkeys(others))} would be taken for "
        f"{lesson.source}; their headers are too much alike to tell them apart."
    )


def _loaded(copy: Path, layouts: Path) -> LayoutBook:
    try:
        return load_layouts(copy)
    except LayoutError as error:
        told = str(error).replace(str(copy), str(layouts))
        raise LearnError(f"The layouts would not load any more: {told}") from error


def _all_required(decided: Iterable[Proposal]) -> tuple[Proposal, ...]:
    return tuple(
        replace(one, required="header") if one.action == "map" and one.required == "no" else one
        for one in decided
    )


def _write(home: Path, target: Path, rows: Mapping[str, Sequence[Row]]) -> None:
    """Write the files of a home's layout with these rows added, to that place."""
    private_folder(target)
    for name, added in rows.items():
        there = home / name
        text = there.read_text(encoding="utf-8") if there.exists() else None
        write_private(target / name, with_rows(name, text, added).encode())
