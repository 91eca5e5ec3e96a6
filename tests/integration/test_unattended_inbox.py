"""The Dagster daemon of a home, left alone: what is dropped is taken in and published."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
import pytest
from homes import SEEDBED, drop, environment, make_home, published

from orchestration.samples.workbooks import order_rows, write_orders
from orchestration.samples.world import make_world

pytestmark = pytest.mark.slow

# A look at the inbox a minute and a run of half a minute, many times over.
_PATIENCE_SECONDS = 300
_LOOK_EVERY = 2


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def daemon_of(home: Path) -> Iterator[psutil.Process]:
    """`seedbed ui`, stopped as a person stops it, with all that it has started."""
    command = [SEEDBED, "ui", "--home", home, "--port", str(_free_port())]
    with (home.parent / "ui.log").open("wb") as log:
        # Tests that were put into the background ignore Ctrl-C, and so would all that they start.
        ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
        process = psutil.Popen(command, env=environment(), stdout=log, stderr=subprocess.STDOUT)
        signal.signal(signal.SIGINT, ignored)
        try:
            yield process
        finally:
            family = [process, *process.children(recursive=True)]
            process.send_signal(signal.SIGINT)
            _, left = psutil.wait_procs(family, timeout=60)
            for one in left:
                one.kill()
    # Whose parent has gone before it waits for the system to be taken notice of.
    assert [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []


def test_what_is_dropped_is_published_without_anybody_asking(tmp_path: Path) -> None:
    home = make_home(tmp_path / "H", "m001")
    world = make_world(seed=3, first_day=date(2024, 9, 9), weeks=1, orders_a_week=20)
    rows = order_rows(world.orders)
    with daemon_of(home) as process:
        drop(home, "m001", [write_orders(tmp_path / "orders.xlsx", rows)])
        until = time.monotonic() + _PATIENCE_SECONDS
        while not (home / "published/current.duckdb").exists():
            assert process.is_running(), (home.parent / "ui.log").read_text()
            assert time.monotonic() < until, (home.parent / "ui.log").read_text()[-4000:]
            time.sleep(_LOOK_EVERY)
        orders = published(home)["fct_orders"]
    assert len(orders) == len({row["订单号"] for row in rows})
