"""What a merchant was told and what the data says later, recomputed from the orders themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from homes import drop, make_home, query, seedbed

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import Order, World, make_world

pytestmark = pytest.mark.slow

MONDAY, SUNDAY = date(2024, 8, 26), date(2024, 9, 1)
# Two days of the week whose last orders come in a late export.
LATE_DAYS = (date(2024, 8, 28), date(2024, 8, 30))


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(seed=7, first_day=date(2024, 8, 19), weeks=3, orders_a_week=30)


def late_orders(world: World) -> list[Order]:
    """The last order of each of the late days."""
    return [world.between(day, day)[-1] for day in LATE_DAYS]


def export(folder: Path, moment: datetime, orders: Iterable[Order]) -> Path:
    path = folder / export_name(moment)
    write_orders(path, order_rows(orders))
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """Told on 2 September; then the week's late orders and the whole week before it came in."""
    folder = tmp_path_factory.mktemp("exports")
    home = make_home(tmp_path_factory.mktemp("restated") / "H", "m001", "m002")
    late = late_orders(world)
    told = [order for order in world.between(MONDAY, SUNDAY) if order not in late]
    first = export(folder, datetime(2024, 9, 2, 9, 30), told)  # noqa: DTZ001
    drop(home, "m001", [first])
    done = seedbed("run", "--week", f"{MONDAY}", home=home, SEEDBED_NOW="2024-09-02T10:00:00+08:00")
    assert done.code == 3, done.out + done.err  # m002 delivered nothing
    assert query(home, "select * from marts.fct_restatements")[1] == []

    drop(
        home,
        "m001",
        [
            export(folder, datetime(2024, 8, 26, 9, 30), world.between(*week_before())),  # noqa: DTZ001
            export(folder, datetime(2024, 9, 4, 9, 30), late),  # noqa: DTZ001
            export(
                folder,
                datetime(2024, 9, 9, 9, 30),  # noqa: DTZ001
                world.between(date(2024, 9, 2), date(2024, 9, 8)),
            ),
        ],
    )
    done = seedbed(
        "run", "--week", "2024-09-02", home=home, SEEDBED_NOW="2024-09-09T10:00:00+08:00"
    )
    assert done.code == 3, done.out + done.err
    return home


def week_before() -> tuple[date, date]:
    return date(2024, 8, 19), date(2024, 8, 25)


def figures(week: Sequence[Order], past: Sequence[Order]) -> dict[str, Decimal]:
    """The week's figures, if these were all its orders and all before it."""
    customers = {order.buyer_number for order in week if order.buyer_number}
    known = {order.buyer_number for order in past}
    return {
        "gmv": sum((order.gmv for order in week), Decimal(0)),
        "order_count": Decimal(len(week)),
        "active_customers": Decimal(len(customers)),
        "new_customers": Decimal(len(customers - known)),
        "returning_customers": Decimal(len(customers & known)),
    }


def restated(home: Path, where: str) -> dict[str, dict[str, Any]]:
    names, rows = query(home, f"select * from marts.fct_restatements where {where}")
    return {row[names.index("figure")]: dict(zip(names, row, strict=True)) for row in rows}


def test_what_was_told_and_what_is_true_now(home: Path, world: World) -> None:
    late = late_orders(world)
    week = world.between(MONDAY, SUNDAY)
    told = figures([order for order in week if order not in late], [])
    now = figures(week, world.between(*week_before()))
    found = restated(home, "period = 'week'")
    for figure in told:
        if told[figure] == now[figure]:
            assert figure not in found
            continue
        row = found[figure]
        assert (row["merchant_id"], row["week"]) == ("m001", MONDAY)
        assert (row["value_issued"], row["value_now"]) == (told[figure], now[figure])
        assert row["difference"] == now[figure] - told[figure]
    assert {"gmv", "order_count", "new_customers", "returning_customers"} <= set(found)


def test_the_files_that_changed_it_are_named(home: Path) -> None:
    found = restated(home, "period = 'week'")
    late, before = "2024-09-04-09_30", "2024-08-26-09_30"
    # Money of the week comes from orders of the week alone.
    assert found["gmv"]["cause_file_count"] == 1
    assert late in found["gmv"]["cause_files"]
    # Whether somebody is new depends on the week before, too, and never on the week after.
    assert found["new_customers"]["cause_file_count"] == 2
    assert before in found["new_customers"]["cause_files"]


def test_only_what_was_told_can_change(home: Path) -> None:
    issued = pq.read_table(home / "issued").to_pylist()
    told = {
        row["figure_id"]: row["value"]
        for row in issued
        if row["kind"] == "merchant" and row["digest_week"] == MONDAY
    }
    _, rows = query(home, "select figure_id, value_issued, value_now from marts.fct_restatements")
    assert rows
    for figure_id, value_issued, value_now in rows:
        assert told[figure_id] == value_issued
        assert value_issued != value_now
    # The second week was told from the data as it is.
    assert {figure_id.split("/")[1] for figure_id, _, _ in rows} == {"2024-W35"}


def corrections(home: Path, week: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Told and now by figure, as the first revision of a week's digest says them."""
    content = json.loads((home / "digests" / week / "m001" / "r1" / "digest.json").read_text())
    return {
        one["figure"]: (Decimal(one["value_told"]), Decimal(one["value_now"]))
        for one in content["content"]["restatements"]
    }


def test_the_next_digest_says_so_and_the_one_after_it_does_not(home: Path, world: World) -> None:
    late = late_orders(world)
    week = world.between(MONDAY, SUNDAY)
    told = figures([order for order in week if order not in late], [])
    now = figures(week, world.between(*week_before()))
    assert corrections(home, "2024-09-02") == {
        figure: (told[figure], now[figure])
        for figure in ("gmv", "order_count", "active_customers", "new_customers")
        if told[figure] != now[figure]
    }
    text = (home / "digests" / "2024-09-02" / "m001" / "r1" / "email.txt").read_text()
    assert "8月26日至9月1日" in text

    done = seedbed(
        "run", "--week", "2024-09-09", home=home, SEEDBED_NOW="2024-09-16T10:00:00+08:00"
    )
    assert done.code == 3, done.out + done.err
    assert corrections(home, "2024-09-09") == {}


def test_a_withdrawn_file_is_a_cause_and_what_is_as_it_was_told_last_is_no_restatement(
    home: Path,
) -> None:
    late = sha_of(home, "2024-09-04-09_30")
    assert seedbed("ingest", "--withdraw", late, home=home).code == 0
    told = sha_of(home, "2024-09-02-09_30")
    assert seedbed("ingest", "--withdraw", told, home=home).code == 0
    done = seedbed(
        "run", "--week", "2024-09-02", home=home, SEEDBED_NOW="2024-09-09T11:00:00+08:00"
    )
    assert done.code == 3, done.out + done.err
    gone = restated(home, "period = 'week' and week = '2024-08-26'")["gmv"]
    assert gone["value_now"] is None
    assert {name[7:23] for name in gone["cause_files"].split(", ")} == {
        "2024-09-02-09_30",
        "2024-09-04-09_30",
    }

    # Both come back, and the digest says so; then what was told last is what is.
    for sha in (told, late):
        assert seedbed("ingest", "--reinstate", sha, home=home).code in (0, 3)
    for hour in (12, 13):
        done = seedbed(
            "run", "--week", "2024-09-02", home=home, SEEDBED_NOW=f"2024-09-09T{hour}:00:00+08:00"
        )
        assert done.code == 3, done.out + done.err
    # What a digest leads with; the rest was told once, without the late file.
    found = restated(home, "period = 'week' and week = '2024-08-26'")
    assert not {"gmv", "order_count", "active_customers", "new_customers"} & set(found)


def sha_of(home: Path, name: str) -> str:
    """The hash of the file whose name holds this time."""
    files = json.loads(seedbed("ingest", "--json", home=home).out)["files"]
    [found] = [file["file_sha256"] for file in files if name in file["file_name"]]
    return found
