"""Studying a file whose headers are new: what it is, and what is proposed for each header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.exports.errors import MissingHeader, UnrecognisedFile
from orchestration.exports.layout.book import Column, Layout, LayoutBook
from orchestration.exports.layout.headers import normalise
from orchestration.exports.layout.recognise import recognise
from orchestration.exports.learn.file_name import source_of
from orchestration.exports.learn.profile import Profile, profiles
from orchestration.exports.learn.proposal import LearnError, Proposal
from orchestration.exports.learn.renamed import missing, renamed
from orchestration.exports.learn.table import Table, open_table
from orchestration.exports.learn.unseen import NewLayout, unseen
from orchestration.flow.workspace import Workspace

# A file of which a layout knows half the headers is of that source, though the other half is new.
_KNOWN_SHARE = 0.5


@dataclass(frozen=True)
class Lesson:
    """A file, the source that it is taken for, and what is proposed for its headers.

    `new` is the whole layout of a source that nobody knows; of a known one `lacking` are the
    columns that the file has not, those that it needs first. `declared`: the days that somebody
    says it speaks for.
    """

    table: Table
    source: str
    proposals: tuple[Proposal, ...]
    profiles: Mapping[int, Profile]
    lacking: tuple[Column, ...] = ()
    new: NewLayout | None = None
    declared: tuple[date, date] | None = None


def study(
    workspace: Workspace,
    path: Path,
    *,
    file_name: str | None = None,
    source: str | None = None,
    declared: tuple[date, date] | None = None,
) -> Lesson:
    """Look at a file and propose what to do with each header that no layout knows.

    Args:
        workspace: the home, whose own layouts count.
        path: where the bytes lie.
        file_name: the name under which they came, if it is another one.
        source: what it is an export of; a new name is a new source.
        declared: the days that it speaks for, if neither rows nor name tell them.

    Raises:
        ExportError: the file cannot be read, or its source cannot be told.
    """
    book = workspace.layouts()
    table = open_table(path, file_name or path.name, book)
    chosen = source or _nearest(table, book)
    found = profiles(table)
    if chosen in book.sources:
        layout = book.get(chosen)
        proposals = tuple(renamed(layout, table, found, book))
        lacking = tuple(missing(layout, table))
        return Lesson(table, chosen, proposals, found, lacking, declared=declared)
    new = unseen(chosen, table, found, book, workspace.settings.duckdb)
    return Lesson(table, chosen, new.proposals, found, new=new, declared=declared)


def _nearest(table: Table, book: LayoutBook) -> str:
    """The source whose layout fits best, or knows most headers, or that the file's name tells.

    Raises:
        LearnError: nothing tells one.
    """
    try:
        return recognise(table.header, book, table.file_name).layout.source
    except MissingHeader as fault:
        return fault.source
    except UnrecognisedFile as fault:
        headers = {normalise(table.header[place]) for place in table.columns}
        shares = {layout.source: _known(layout, headers) for layout in book.layouts.values()}
        best = max(shares, key=lambda source: shares[source])
        if shares[best] >= _KNOWN_SHARE:
            return best
        named = source_of(table.file_name)
        if named is None:
            raise LearnError(
                f"{table.file_name}: neither its headers nor its name tell what it is an export "
                "of; name it with --source <platform>__<entity>, such as chengfeng__notes."
            ) from fault
        return named


def _known(layout: Layout, headers: set[str]) -> float:
    """The share of headers that a layout knows; none if it refuses one."""
    if headers & layout.refused:
        return 0
    return len(headers & {*layout.column_of, *layout.ignored}) / len(headers)
