"""What the rows of a workbook ask for, one row in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from orchestration.exports.identity import customer_key_for
from orchestration.exports.layout.book import LayoutBook
from orchestration.flow.identity import identity_key
from orchestration.flow.quarantine.changes import CellError, changes_of
from orchestration.flow.quarantine.judge import Wish
from orchestration.flow.quarantine.read import Returned, SheetRow
from orchestration.flow.quarantine.rows import QuarantineError
from orchestration.flow.quarantine.sheet import RowId
from orchestration.flow.repairs import Content
from orchestration.flow.workspace import Workspace

_TWICE = "the workbook has this row twice, with different cells; keep one of them"


@dataclass(frozen=True)
class Wishes:
    """All that a workbook asks for; `damaged` are rows that nobody can tell whose they are."""

    wishes: list[Wish]
    damaged: list[SheetRow]
    notes: list[str]


def wishes_of(workspace: Workspace, path: Path, book: LayoutBook) -> Wishes:
    """Read a workbook.

    Raises:
        QuarantineError: it cannot be read, or belongs to another home.
    """
    key = identity_key(workspace)
    keys_of = cache(lambda merchant_id: customer_key_for(key, merchant_id))
    # A hundred thousand rows speak of a few files: each is kept once.
    contents = cache(Content)
    returned = Returned(path, book)
    wishes: list[Wish] = []
    damaged: list[SheetRow] = []
    for row in returned.rows():
        if row.row_id is None:
            damaged.append(row)
            continue
        _refuse_stranger(workspace, path, row.row_id)
        content = contents(row.row_id.merchant_id, row.file_sha256)
        wishes.append(_wish(row, row.row_id, content, book, keys_of(content.merchant_id)))
    return Wishes(_without_contradictions(wishes), damaged, returned.notes)


def _refuse_stranger(workspace: Workspace, path: Path, row_id: RowId) -> None:
    if row_id.home_id != workspace.settings.home_id:
        raise QuarantineError(
            f"{path.name} was exported from another home; give that one with --home, or export "
            "from this one."
        )


def _wish(
    row: SheetRow,
    row_id: RowId,
    content: Content,
    book: LayoutBook,
    customer_key: Callable[[str], str],
) -> Wish:
    layout = book.get(row_id.source)
    bare = Wish(row.sheet, row.number, content, layout.source, row_id.line, row_id.stamp)
    if row.fault:
        return replace(bare, fault=row.fault)
    try:
        return replace(bare, repairs=changes_of(row, row_id, layout, customer_key))
    except CellError as error:
        return replace(bare, fault=str(error))


def _without_contradictions(wishes: Iterable[Wish]) -> list[Wish]:
    """Two rows of the workbook that want one row of a file to be different say nothing."""
    known = list(wishes)
    first: dict[tuple[Content, int], Wish] = {}
    doubtful: set[tuple[Content, int]] = set()
    for wish in known:
        if first.setdefault(wish.key, wish).repairs != wish.repairs:
            doubtful.add(wish.key)
    return [
        replace(wish, repairs={}, fault=_TWICE) if wish.key in doubtful and not wish.fault else wish
        for wish in known
    ]
