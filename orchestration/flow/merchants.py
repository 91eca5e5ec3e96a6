"""The register of a home as a workbook, and back; a merchant at a time, and their inboxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.table.workbook import visible_sheets
from orchestration.files import private_folder, write_private
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.register import Merchant, Register, RegisterError, write_register
from orchestration.register.changes import Changes, changes, shown
from orchestration.register.model import problems
from orchestration.register.workbook.cells import Cell
from orchestration.register.workbook.entries import draft_register
from orchestration.register.workbook.findings import Fault, Findings
from orchestration.register.workbook.tables import read_tables
from orchestration.register.workbook.whose import free_ids
from orchestration.register.workbook.write import workbook_bytes
from orchestration.settings import now
from orchestration.state.models import File


@dataclass(frozen=True)
class RegisterReport:
    """What came, or would come, of changing the register.

    `kept`: merchants of the home that the workbook does not name. `backup`: where the former
    `merchants.yml` lies, if it was changed. `inbox`: where export files are to be dropped, if it
    is the home's own.
    """

    changes: Changes
    inbox: Path | None
    kept: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    backup: Path | None = None
    is_dry_run: bool = False

    @property
    def exit_code(self) -> int:
        return 1 if self.faults else 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "dry_run": self.is_dry_run,
            "written": self.backup is not None,
            **self.changes.as_dict(),
            "kept": self.kept,
            "notes": self.notes,
            "faults": [fault.as_dict() for fault in self.faults],
            "backup": self.backup,
            "inbox": self.inbox,
        }


def export_register(workspace: Workspace, target: Path, *, overwrite: bool = False) -> int:
    """Write the register as a workbook; the template if it has no merchants yet.

    Returns:
        The number of merchants in it.

    Raises:
        RegisterError: the register cannot be read, or there is such a file already.
    """
    if target.exists() and not overwrite:
        raise RegisterError(
            f"{target} is there already; name another file, or add --overwrite if nothing in it "
            "is to be kept."
        )
    register = workspace.register()
    write_private(target, workbook_bytes(register, now()))
    return len(register.merchants)


def import_register(
    workspace: Workspace, path: Path, *, replace: bool = False, dry_run: bool = False
) -> RegisterReport:
    """Make the register say what a workbook says; the report has every fault, or what changes.

    With a fault, or in a dry run, nothing is written.

    Raises:
        RegisterError: the workbook or the register cannot be read.
        HomeError: there is no room for an inbox.
    """
    home = workspace.register()
    findings = Findings()
    tables = read_tables(_sheets(path), findings)
    draft = draft_register(
        tables, home, used_ids=_used_ids(workspace), replace=replace, findings=findings
    )
    is_written = not (dry_run or findings.faults)
    return RegisterReport(
        changes=changes(home, draft.register),
        inbox=_own_inbox(workspace),
        kept=draft.kept,
        notes=tuple(findings.notes),
        faults=findings.faults_in_order(),
        backup=_write(workspace, draft.register) if is_written else None,
        is_dry_run=dry_run,
    )


def add_merchant(
    workspace: Workspace, fields: Mapping[str, Any], merchant_id: str | None = None
) -> RegisterReport:
    """Add one merchant; without an id it gets the next free one.

    Raises:
        RegisterError: a field is wrong, or somebody has the id, a shop or an account already.
        HomeError: there is no room for its inbox.
    """
    home = workspace.register()
    known = {merchant.merchant_id for merchant in home.merchants}
    chosen = merchant_id or next(free_ids(known | _used_ids(workspace)))
    try:
        merchant = Merchant.model_validate({**fields, "merchant_id": chosen})
    except ValidationError as error:
        told = [f"{'.'.join(map(str, place))}: {problem}" for place, problem in problems(error)]
        raise RegisterError(f"{'; '.join(told)}.") from error
    _refuse_claimed(merchant, home)
    wanted = home.model_copy(update={"merchants": (*home.merchants, merchant)})
    return RegisterReport(
        changes=changes(home, wanted),
        inbox=_own_inbox(workspace),
        backup=_write(workspace, wanted),
    )


def _refuse_claimed(merchant: Merchant, home: Register) -> None:
    owners = {claim: owner for owner in home.merchants for claim in owner.claims}
    for claim in merchant.claims:
        if claim in owners:
            kind, known_by = claim
            owner = owners[claim]
            raise RegisterError(
                f"{kind} '{known_by}' belongs to {owner.merchant_id} ({shown(owner.name)}) already;"
                " to change that merchant, export the register and import it again."
            )


def _sheets(path: Path) -> Sequence[tuple[str, Iterable[Sequence[Cell]]]]:
    """The visible sheets of a workbook, read whole."""
    try:
        return [(name, list(rows)) for name, rows in visible_sheets(path)]
    except UnreadableFile as error:
        raise RegisterError(f"The register cannot be read from it. {error}") from error


def _used_ids(workspace: Workspace) -> set[str]:
    """Ids that files have come in for, though the register need not name them any more."""
    with workspace.store.session() as session:
        owners = set(session.scalars(select(File.merchant_id).distinct()))
    inbox = workspace.home.inbox
    return owners | ({folder.name for folder in inbox.iterdir()} if inbox.is_dir() else set())


def _own_inbox(workspace: Workspace) -> Path | None:
    """The inbox in the home, unless the settings name another place."""
    return None if workspace.settings.inbox.url.get_secret_value() else workspace.home.inbox


def _write(workspace: Workspace, register: Register) -> Path | None:
    """Write the register, with a private inbox for each merchant; gives the former file."""
    inbox = _own_inbox(workspace)
    folders = [inbox / m.merchant_id for m in register.merchants] if inbox else []
    for folder in folders:
        if folder.exists() and not folder.is_dir():
            raise HomeError(f"{folder} is a file where a merchant's inbox must be; move it away.")
    backup = write_register(workspace.home.register_file, register)
    for folder in folders:
        private_folder(folder)
    return backup
