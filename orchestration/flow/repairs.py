"""Cells that a person mended, as the state keeps them and as the reader takes them."""

from __future__ import annotations

from sqlalchemy import select

from orchestration.exports.repairs import Repairs
from orchestration.flow.workspace import Workspace
from orchestration.state.models import File, Repair


def repairs_of(workspace: Workspace, file: File) -> Repairs:
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
