"""Files and what became of them: held, unclaimed, drifted, published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from orchestration.exports.errors import ExportError
from orchestration.exports.landing import LandingError, landed
from orchestration.exports.layout.headers import normalise
from orchestration.exports.sealed import is_sealed
from orchestration.flow.accounting import accounts
from orchestration.flow.archive import is_encrypting, is_key_in_home
from orchestration.flow.doctor.finding import Finding
from orchestration.flow.faults import LANDING, faults_of, stopped_at_audit, stopped_at_gate
from orchestration.flow.workspace import Workspace
from orchestration.state.models import Drift

# A line of a terminal or two; `seedbed layout learn` shows them all.
_HEADERS_SHOWN = 8


def files(workspace: Workspace) -> Iterator[Finding]:
    """What is held, of nobody, not archived or not accounted for."""
    files = accounts(workspace)
    problems = [file.problem for file in files if file.problem]
    for problem in problems:
        yield Finding("note", f"Held: {problem}")
    if not problems:
        yield Finding("ok", f"{len(files)} files in the manifest, none held.")
    for fault in faults_of(workspace, LANDING):
        yield Finding("note", f"Not archived: {fault}")
    for fault in stopped_at_gate(workspace):
        yield Finding("fault", f"The gate lets nothing through: {fault}")
    for fault in stopped_at_audit(workspace):
        yield Finding("fault", f"New tables are not published: {fault}")
    unaccounted = [file.file_name for file in files if not file.closes]
    if unaccounted:
        yield Finding("fault", f"Rows unaccounted for in {', '.join(unaccounted)}; report this.")


def encrypted(workspace: Workspace) -> Iterator[Finding]:
    """Whether archived exports are encrypted, and all of them."""
    archive = workspace.archive()
    if not is_encrypting(workspace.settings):
        return
    plain = sum(1 for _ in archive.plain_files())
    if plain:
        yield Finding(
            "note",
            f"{plain:,} archived exports are not encrypted, though landing.key is set; "
            "`seedbed home encrypt` does it.",
        )
    else:
        yield Finding("ok", "Archived exports are encrypted; keep landing.key, or they are lost.")
    if is_key_in_home(workspace.home, workspace.settings):
        yield Finding(
            "note",
            "landing.key lies in the home, beside what it encrypts; keep it elsewhere, and name "
            "its file in landing.key_file.",
        )


def published(workspace: Workspace) -> Iterator[Finding]:
    """Which build readers see."""
    current = workspace.home.current_build
    if current.exists():
        yield Finding("ok", f"Readers see build {current.resolve().stem}.")
    else:
        yield Finding("note", "Nothing is published yet; `seedbed run` does it.")


def drift(workspace: Workspace) -> Iterator[Finding]:
    """Columns that no layout maps."""
    try:
        unknown = _unknown(workspace)
    except ExportError:
        # Told already, where the layouts were looked at.
        return
    for source, rows in unknown.items():
        shown = ", ".join(row.header for row in rows[:_HEADERS_SHOWN])
        more = f" and {len(rows) - _HEADERS_SHOWN} more" if len(rows) > _HEADERS_SHOWN else ""
        yield Finding(
            "note",
            f"{source} has columns that no layout knows: {shown}{more}; their values are not "
            f"read. seedbed layout learn {_example(workspace, rows[0])}",
        )


def _example(workspace: Workspace, row: Drift) -> str:
    try:
        path = landed(workspace.home.landing, row.first_file_sha256)
    except LandingError:
        # It has expired, and another export has the same columns.
        return "FILE, a newer export"
    return "FILE, an export that has them" if is_sealed(path) else str(path)


def unknown_headers(workspace: Workspace) -> dict[str, list[str]]:
    """Headers that files have had and no layout maps, by source.

    Raises:
        LayoutError: the layouts of the home cannot be read.
    """
    return {source: [row.header for row in rows] for source, rows in _unknown(workspace).items()}


def _unknown(workspace: Workspace) -> dict[str, list[Drift]]:
    """What has been learned since is not among them."""
    layouts = workspace.layouts().layouts
    unknown: dict[str, list[Drift]] = defaultdict(list)
    with workspace.store.session() as session:
        rows = session.scalars(select(Drift).order_by(Drift.source, Drift.header)).all()
    for row in rows:
        layout = layouts.get(row.source)
        if layout is None or normalise(row.header) not in {*layout.column_of, *layout.ignored}:
            unknown[row.source].append(row)
    return unknown
