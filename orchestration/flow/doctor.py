"""Look at an installation and its home, and say what is wrong and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from expectations.suite import suite_names
from orchestration.delivery.channel import DeliveryError
from orchestration.exports.errors import ExportError
from orchestration.flow.accounting import accounts
from orchestration.flow.doctor_delivery import delivery, links, recipients
from orchestration.flow.faults import LANDING, faults_of, stopped_at_gate
from orchestration.flow.finding import Finding
from orchestration.flow.identity import identity_key
from orchestration.flow.workspace import HomeError, Notify, Workspace, open_workspace
from orchestration.home import PROJECT_ROOT, Home
from orchestration.incentives.rulebook import RulebookError, load_rulebook
from orchestration.register import RegisterError
from orchestration.settings import SettingsError
from orchestration.state.store import StateError

# A home grows by a few megabytes a week; below this a build's copy may not fit.
_MIN_FREE_BYTES = 2 * 1024**3
# The pins that were measured to work together; others may differ without harm.
_PINNED = (
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "pandas",
    "sqlalchemy",
)


def _pins() -> Iterator[Finding]:
    constraints = PROJECT_ROOT / "constraints.txt"
    lines = (line.partition("==") for line in constraints.read_text("utf-8").splitlines())
    pinned = {name.lower().replace("_", "-"): wanted for name, _, wanted in lines}
    wrong = []
    for name in _PINNED:
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "not installed"
        if found != pinned.get(name):
            wrong.append(f"{name} {found} (pinned {pinned.get(name)})")
    if wrong:
        yield Finding("fault", f"Other versions than pinned: {', '.join(wrong)}; run `make setup`.")
    else:
        yield Finding("ok", f"The {len(_PINNED)} packages that matter are as pinned.")


def _disk(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.root).free
    if free < _MIN_FREE_BYTES:
        yield Finding(
            "fault",
            f"Only {free / 1024**3:.1f} GB are free where {home.root} lies; a build needs room for "
            "a copy, make at least 2 GB free.",
        )
    else:
        yield Finding("ok", f"{free / 1024**3:.0f} GB are free.")


def _identity(workspace: Workspace) -> Iterator[Finding]:
    identity_key(workspace)
    yield Finding("ok", "The identity key is the one of this home, and private.")


def _register(workspace: Workspace) -> Iterator[Finding]:
    register = workspace.register()
    yield Finding("ok", f"The register is sound: {len(register.merchants)} merchants.")
    for merchant in register.merchants:
        if not merchant.recipients:
            yield Finding("note", f"{merchant.merchant_id} has no recipient; nobody reads it.")
    if not register.team.recipients:
        yield Finding("note", "The team has no recipient for the data team's digest.")


def _rulebook(workspace: Workspace) -> Iterator[Finding]:
    load_rulebook(workspace.home.rulebook)
    yield Finding("ok", "The rulebook is sound.")


def _layouts(workspace: Workspace) -> Iterator[Finding]:
    layouts = list(workspace.layouts().layouts.values())
    names = ", ".join(f"{layout.source} ({layout.revision})" for layout in layouts)
    yield Finding("ok", f"Layouts: {names}.")
    for source in sorted({layout.source for layout in layouts} - set(suite_names())):
        yield Finding(
            "note",
            f"{source} has no suite of its own: only rows with unreadable cells are rejected.",
        )


def _files(workspace: Workspace) -> Iterator[Finding]:
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
    unaccounted = [file.file_name for file in files if not file.closes]
    if unaccounted:
        yield Finding("fault", f"Rows unaccounted for in {', '.join(unaccounted)}; report this.")


def _published(workspace: Workspace) -> Iterator[Finding]:
    current = workspace.home.current_build
    if current.exists():
        yield Finding("ok", f"Readers see build {current.resolve().stem}.")
    else:
        yield Finding("note", "Nothing is published yet; `seedbed run` does it.")


def examine(home: Home, notify: Notify | None = None) -> list[Finding]:
    """Every finding, the installation first, then the home."""
    found = list(_pins())
    if not home.settings_file.exists():
        return [*found, Finding("fault", f"{home.root} is no home; run `seedbed init`.")]
    found.extend(_disk(home))
    looks: tuple[Callable[[Workspace], Iterator[Finding]], ...] = (
        _identity,
        _register,
        _rulebook,
        _layouts,
        _files,
        _published,
        delivery,
        links,
        recipients,
    )
    try:
        with open_workspace(home, notify) as workspace:
            found.append(Finding("ok", "The settings are sound and the state is current."))
            for look in looks:
                found.extend(_look(look, workspace))
    except (HomeError, SettingsError, StateError) as error:
        found.append(Finding("fault", str(error)))
    return found


def _look(
    look: Callable[[Workspace], Iterator[Finding]], workspace: Workspace
) -> Iterator[Finding]:
    try:
        yield from look(workspace)
    except (
        DeliveryError,
        ExportError,
        HomeError,
        RegisterError,
        RulebookError,
        SettingsError,
    ) as error:
        yield Finding("fault", str(error))
