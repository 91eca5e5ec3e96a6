"""One world for all tests of the market, and its files as they were delivered."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.samples.market.deliver import Delivered, write_world
from orchestration.samples.market.truth import Truth, truth_of
from orchestration.samples.market.world import World, invent_world


@pytest.fixture(scope="session")
def world() -> World:
    return invent_world(merchants=12, weeks=4, orders_a_week=30, seed=7)


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("market") / "inbox"


@pytest.fixture(scope="session")
def files(world: World, inbox: Path) -> list[Delivered]:
    return write_world(world, inbox)


@pytest.fixture(scope="session")
def truth(world: World) -> Truth:
    return truth_of(world)
