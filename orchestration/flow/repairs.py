"""Cells that a person mended, as the state keeps them and as the reader takes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import compress, islice
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from orchestration.exports.repairs import Repairs
from orchestration.flow.workspace import Workspace
from orchestration.settings import now
from orchestration.state.models import File, Repair

# A workbook may mend a hundred thousand cells; so many are written at a time.
_CELLS_AT_ONCE = 5_000


class Content(NamedTuple):
    """What one content of one merchant is known by."""

    merchant_id: str
    file_sha256: str


def repairs_of(workspace: Workspace, file: File | Content) -> Repairs:
    """The mended cells of a file, by row and column."""
    found: dict[int, dict[str, str]] = {}
    with workspace.store.session() as session:
        for repair in session.scalars(
            select(Repair).where(
                Repair.merchant_id == file.merchant_id, Repair.file_sha256 == file.file_sha256
            )
        ):
            found.setdefault(repair.row_number, {})[repair.column_name] = repair.text
    return found


def repairs_by_file(session: Session, hashes: Collection[str]) -> dict[str, dict[str, Repairs]]:
    """The same for all files with these hashes, by hash and merchant, with one question."""
    found: dict[str, dict[str, dict[int, dict[str, str]]]] = {}
    for repair in session.scalars(select(Repair).where(Repair.file_sha256.in_(hashes))):
        of_file = found.setdefault(repair.file_sha256, {}).setdefault(repair.merchant_id, {})
        of_file.setdefault(repair.row_number, {})[repair.column_name] = repair.text
    return {sha256: dict(of_hash) for sha256, of_hash in found.items()}


def all_repairs(workspace: Workspace) -> Sequence[Repair]:
    """Every mended cell, by merchant, file, row and column."""
    with workspace.store.session() as session:
        return session.scalars(
            select(Repair).order_by(
                Repair.merchant_id, Repair.file_sha256, Repair.row_number, Repair.column_name
            )
        ).all()


def remember_repairs(
    workspace: Workspace, file: Content, repairs: Mapping[int, Mapping[str, str]], told_by: str
) -> None:
    """Keep mended cells, and have their file read again; what was kept of a cell before goes.

    Args:
        workspace: the home.
        file: whose cells they are.
        repairs: text by row and column, as the reader takes it.
        told_by: the name of the workbook that says so.
    """
    moment = now()
    same = {"repaired_at": moment, "told_by": told_by, **file._asdict()}
    cells = (
        {**same, "row_number": row, "column_name": column, "text": text}
        for row, of_row in repairs.items()
        for column, text in of_row.items()
    )
    known = repairs_of(workspace, file)
    with workspace.store.session() as session:
        while some := list(islice(cells, _CELLS_AT_ONCE)):
            # Only what is there already needs a question to the database for each cell.
            is_known = [c["column_name"] in known.get(c["row_number"], {}) for c in some]
            for cell in compress(some, is_known):
                session.merge(Repair(**cell))
            if new := [cell for cell, told in zip(some, is_known, strict=True) if not told]:
                session.execute(insert(Repair), new)
        session.get_one(File, file).is_reread_wanted = True


def forget_repairs(workspace: Workspace, file: Content, row: int) -> None:
    """Let a row be again what its file says, and have the file read again."""
    with workspace.store.session() as session:
        session.execute(
            delete(Repair).where(
                Repair.merchant_id == file.merchant_id,
                Repair.file_sha256 == file.file_sha256,
                Repair.row_number == row,
            )
        )
        session.get_one(File, file).is_reread_wanted = True
