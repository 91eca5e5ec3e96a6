"""Look at an installation and its home, and say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from expectations.suite import suite_names
from orchestration.delivery.channel import DeliveryError
from orchestration.exports.errors import ExportError
from orchestration.flow.doctor.files import drift, encrypted, files, published
from orchestration.flow.doctor.finding import Finding
from orchestration.flow.doctor.installation import clock, databases, disk, pins, zone
from orchestration.flow.doctor.readers import (
    delivery,
    links,
    open_deliveries,
    recipients,
    secrets,
)
from orchestration.flow.identity import identity_key
from orchestration.flow.workspace import HomeError, Notify, Workspace, open_workspace
from orchestration.home import Home
from orchestration.incentives.rulebook import RulebookError, load_rulebook
from orchestration.register import RegisterError
from orchestration.settings import SettingsError
from orchestration.state.store import StateError
from orchestration.warehouse.errors import WarehouseError


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


def examine(home: Home, notify: Notify | None = None) -> list[Finding]:
    """Every finding, the installation first, then the home."""
    found = list(pins())
    if not home.settings_file.exists():
        return [*found, Finding("fault", f"{home.root} is no home; run `seedbed init`.")]
    found.extend(disk(home))
    looks: tuple[Callable[[Workspace], Iterator[Finding]], ...] = (
        clock,
        zone,
        databases,
        _identity,
        _register,
        _rulebook,
        _layouts,
        drift,
        files,
        encrypted,
        published,
        delivery,
        links,
        recipients,
        open_deliveries,
        secrets,
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
        WarehouseError,
    ) as error:
        yield Finding("fault", str(error))
