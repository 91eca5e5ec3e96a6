"""One opened home: its paths, settings and state, under the home's lock."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from orchestration.exports.landing import Archive
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from orchestration.flow.archive import open_archive
from orchestration.home import Home
from orchestration.register import Register, read_register
from orchestration.settings import Settings, load_settings, now
from orchestration.state.store import Store, open_store

Notify = Callable[[str], None]


class HomeError(Exception):
    """The home cannot be worked on; the message says why and how to mend it."""


@dataclass(frozen=True)
class Workspace:
    """What every step is given."""

    home: Home
    settings: Settings
    store: Store

    def layouts(self) -> LayoutBook:
        """Shipped layouts with this home's own on top."""
        return load_layouts(self.home.layouts)

    def archive(self) -> Archive:
        """The exports as they were received.

        Raises:
            SettingsError: they are encrypted, and the key is missing or another one.
        """
        return open_archive(self.home, self.settings)

    def register(self) -> Register:
        """The register as it stands now."""
        return read_register(self.home.register_file)


def _holder(lock_file: Path) -> str:
    try:
        found = json.loads(lock_file.with_suffix(".json").read_text(encoding="utf-8"))
        return f"'{found['command']}' (process {found['pid']})"
    except (OSError, ValueError, KeyError):
        return "another command"


def _lock(home: Home) -> FileLock:
    return FileLock(home.lock_file, is_singleton=True, thread_local=False, mode=0o600)


def is_in_use(home: Home) -> bool:
    """Whether another process works on this home now; never waits."""
    try:
        with _lock(home).acquire(timeout=0):
            return False
    except Timeout:
        return True


def _refuse_no_home(home: Home) -> None:
    if not home.settings_file.exists():
        raise HomeError(
            f"{home.root} is no Seedbed home; make one with `seedbed init --home {home.root}`."
        )


@contextmanager
def home_lock(home: Home, notify: Notify | None = None) -> Iterator[None]:
    """Hold the home alone; wait, and say for whom, while another process holds it.

    The lock belongs to the process: a command may hold it around steps that take it again.

    Raises:
        HomeError: there is no home at this place.
    """
    _refuse_no_home(home)
    lock = _lock(home)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if notify:
            notify(f"{home.root} is in use by {_holder(home.lock_file)}; waiting for it to finish.")
        lock.acquire()
    try:
        command = " ".join(["seedbed", *sys.argv[1:]]) if sys.argv else "a step"
        note = {"pid": os.getpid(), "command": command, "since": now().isoformat()}
        home.lock_file.with_suffix(".json").write_text(json.dumps(note), encoding="utf-8")
        yield
    finally:
        lock.release()


def _refuse_lost_state(home: Home, settings: Settings) -> None:
    """A new state in the place of a lost one would read everything again, and tell it again."""
    state = home.state_file
    if settings.state_url is not None or (state.exists() and state.stat().st_size):
        return
    if any(home.landing.glob("*/*")):
        raise HomeError(
            f"{state} is {'empty' if state.exists() else 'missing'}, though exports are archived "
            "here; restore it from the backup set, for without it readers would be told twice."
        )


def _opened(home: Home, settings: Settings) -> Store:
    _refuse_lost_state(home, settings)
    try:
        return open_store(home, settings)
    except SQLAlchemyError as error:
        told = str(error).partition("\n")[0]
        raise HomeError(
            f"The state cannot be opened: {told}; restore {home.state_file.name} from the backup "
            "set, or mend state_url if it is kept elsewhere."
        ) from error


@contextmanager
def open_beside(home: Home) -> Iterator[Workspace]:
    """Open a home without its lock: for what reads, or writes rows that no run writes.

    Raises:
        HomeError, SettingsError, StateError: there is no home, or it cannot be used.
    """
    _refuse_no_home(home)
    settings = load_settings(home)
    store = _opened(home, settings)
    try:
        yield Workspace(home, settings, store)
    finally:
        store.close()


@contextmanager
def open_workspace(home: Home, notify: Notify | None = None) -> Iterator[Workspace]:
    """Open a home under its lock.

    Raises:
        HomeError, SettingsError, StateError: there is no home, or it cannot be used.
    """
    with home_lock(home, notify), glance_at(home) as workspace:
        yield workspace


@contextmanager
def glance_at(home: Home) -> Iterator[Workspace]:
    """Open a home without its lock, for who looks or tells and must not wait for a long run.

    Raises:
        SettingsError, StateError, HomeError: it cannot be used.
    """
    settings = load_settings(home)
    store = _opened(home, settings)
    try:
        yield Workspace(home, settings, store)
    finally:
        store.close()
