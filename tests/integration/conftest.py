"""A small synthetic merchant, and a home that nothing disturbed: what others are compared with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from homes import WEEK, copy_home, drop, make_home, seedbed
from monday_home import FIRST_ROOM, SECOND_ROOM, TEAM_ROOM, run_monday

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from tests.slack_peer import Room, SlackPeer


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker of a run of tests makes for all of them; nobody changes it."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"shared-{name}"
    made = folder.with_suffix(".made")
    with FileLock(folder.with_suffix(".lock")):
        if not made.exists():
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three weekly exports, and one that restates the second week with fewer orders."""
    folder = made_once(tmp_path_factory, "exports", _write_exports)
    return sorted(folder.iterdir(), key=lambda path: path.name)


def _write_exports(folder: Path) -> None:
    world = make_world(seed=7, first_day=date(2024, 8, 19), weeks=4, orders_a_week=30)
    spans = [
        (date(2024, 8, 19), date(2024, 8, 25), datetime(2024, 8, 26, 9, 30)),  # noqa: DTZ001
        (date(2024, 8, 26), date(2024, 9, 1), datetime(2024, 9, 2, 9, 30)),  # noqa: DTZ001
        (date(2024, 9, 2), date(2024, 9, 8), datetime(2024, 9, 9, 9, 30)),  # noqa: DTZ001
    ]
    for first, last, exported in spans:
        write_orders(folder / export_name(exported), order_rows(world.between(first, last)))
    restated = order_rows(world.between(date(2024, 8, 26), date(2024, 9, 8)))[::2]
    path = folder / export_name(datetime(2024, 9, 16, 9, 30))  # noqa: DTZ001
    write_orders(path, restated)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, exports: list[Path]) -> Path:
    """The home of the four exports after a plain run."""

    def run_plainly(folder: Path) -> None:
        home = make_home(folder / "H", "m001", "m002")
        drop(home, "m001", exports)
        done = seedbed("run", *WEEK, home=home)
        assert done.code == 3, done.out + done.err  # m002 delivered nothing

    made = made_once(tmp_path_factory, "undisturbed", run_plainly)
    return copy_home(made / "H", tmp_path_factory.mktemp("undisturbed") / "H")


@pytest.fixture(scope="session")
def run_on_monday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `monday_home`, run and with nobody told; to be copied."""
    return made_once(tmp_path_factory, "monday", run_monday) / "H"


@pytest.fixture
def monday(run_on_monday: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return copy_home(run_on_monday, tmp_path / "H")


@pytest.fixture
def slack() -> Iterator[SlackPeer]:
    """Slack with the rooms of that home."""
    with SlackPeer(rooms={name: Room() for name in (FIRST_ROOM, SECOND_ROOM, TEAM_ROOM)}) as peer:
        yield peer
