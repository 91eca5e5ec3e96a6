"""A small synthetic merchant, and a home that nothing disturbed: what others are compared with."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from homes import WEEK, drop, make_home, seedbed

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import make_world


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three weekly exports, and one that restates the second week with fewer orders."""
    folder = tmp_path_factory.mktemp("exports")
    world = make_world(seed=7, first_day=date(2024, 8, 19), weeks=4, orders_a_week=30)
    spans = [
        (date(2024, 8, 19), date(2024, 8, 25), datetime(2024, 8, 26, 9, 30)),  # noqa: DTZ001
        (date(2024, 8, 26), date(2024, 9, 1), datetime(2024, 9, 2, 9, 30)),  # noqa: DTZ001
        (date(2024, 9, 2), date(2024, 9, 8), datetime(2024, 9, 9, 9, 30)),  # noqa: DTZ001
    ]
    paths = []
    for first, last, exported in spans:
        path = folder / export_name(exported)
        write_orders(path, order_rows(world.between(first, last)))
        paths.append(path)
    restated = order_rows(world.between(date(2024, 8, 26), date(2024, 9, 8)))[::2]
    path = folder / export_name(datetime(2024, 9, 16, 9, 30))  # noqa: DTZ001
    write_orders(path, restated)
    return [*paths, path]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, exports: list[Path]) -> Path:
    home = make_home(tmp_path_factory.mktemp("undisturbed") / "H", "m001", "m002")
    drop(home, "m001", exports)
    done = seedbed("run", *WEEK, home=home)
    assert done.code == 3, done.out + done.err  # m002 delivered nothing
    return home
