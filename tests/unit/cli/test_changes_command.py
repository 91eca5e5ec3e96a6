"""`seedbed changes`: what is printed, how wide it is, JSON, refusals, names that do harm."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli_kit import Done, seedbed
from rich.cells import cell_len
from rich.console import Console

from orchestration.cli import changes as command
from orchestration.flow.ingest import ingest
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.samples.workbooks import Row, export_name, order_rows, write_orders
from orchestration.samples.world import make_world
from tests.made_homes import new_home

HOSTILE = "[red]evil[bold]\x1b[35m\x07\u202e"
STATUS, AMOUNT = "订单状态", "商家应收金额(元)（支付金额）"


def changes(home: Home, *words: str) -> Done:
    return seedbed(home, "changes", *words)


def name(day: int) -> str:
    return export_name(datetime.fromisoformat(f"2024-09-{day:02d} 09:30"))


def rows() -> list[Row]:
    """Orders of one line each."""
    world = make_world(seed=7, first_day=date(2024, 9, 2), weeks=1, orders_a_week=12)
    lines = order_rows(world.orders)
    ids = [row["订单号"] for row in lines]
    return [row for row in lines if ids.count(row["订单号"]) == 1]


def write(home: Home, day: int, lines: list[Row]) -> None:
    write_orders(home.inbox / "m001" / name(day), lines)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("empty") / "H")
    new_home(home)
    entry = {"merchant_id": "m001", "name": {"en": "Example"}, "joined_on": date(2024, 3, 1)}
    home.register_file.write_text(yaml.safe_dump({"merchants": [entry]}), encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, empty: Home) -> Home:
    """The second export has other words, another amount and one order more than the first."""
    home = Home(tmp_path_factory.mktemp("used") / "H")
    new_home(home)
    home.register_file.write_bytes(empty.register_file.read_bytes())
    first, second, *others = rows()
    write(home, 9, [first, second, *others[:-1]])
    write(home, 10, [first | {STATUS: HOSTILE}, second | {AMOUNT: "88.00"}, *others])
    with open_workspace(home) as workspace:
        ingest(workspace)
    return home


def test_a_home_without_changes_says_so(empty: Home) -> None:
    assert changes(empty) == Done(0, "No newer file changed anything.\n", "")
    assert json.loads(changes(empty, "--json").out) == {"changes": []}


def test_old_and_new_stand_beside_key_and_figure(used: Home) -> None:
    done = changes(used)
    first, second, *_, last = rows()
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "m001 qianfan__orders"
    assert name(9) in lines[1]
    assert lines[2].startswith(f"  → {name(10)} [")
    assert lines[2].endswith("2024-09-10 09:30")
    assert f"New on days that the older file had spoken for: {last['订单号']}" in lines[3]
    found = [line.split() for line in lines]
    amount = next(line for line in found if "paid_amount" in line)
    assert amount[-2:] == [second[AMOUNT].replace(",", ""), "88.00"]
    status = next(line for line in lines if "order_status" in line)
    assert first[STATUS] in status
    assert "[red]evil[bold]?[35m??" in status
    assert not any(mark in done.out for mark in ("\x1b", "\x07", "\u202e"))


def test_json_has_everything(used: Home) -> None:
    told: list[dict[str, Any]] = json.loads(changes(used, "--json").out)["changes"]
    assert {one["column"] for one in told} == {"", "order_status", "paid_amount"}
    (appeared,) = [one for one in told if one["kind"] == "appeared"]
    assert appeared["key"] == {"order_id": rows()[-1]["订单号"]}
    assert (appeared["old_file_name"], appeared["new_file_name"]) == (name(9), name(10))
    (status,) = [one for one in told if one["column"] == "order_status"]
    assert status["new_values"] == [HOSTILE]


def test_a_hundred_columns_are_enough(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Console(width=100, highlight=False, emoji=False)
    monkeypatch.setattr(command, "OUT", narrow)
    with narrow.capture() as shown:
        changes(used)
    assert max(cell_len(line) for line in shown.get().splitlines()) <= 100


def test_a_full_screen_is_not_all(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_SHOWN", 1)
    assert "2 more changes are not shown; --json lists them all." in changes(used).out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--since", "01/02/2024"), 2, "--since 01/02/2024 is no day; write it like 2024-06-24."),
        (("--merchant", "m009"), 1, "No merchant 'm009' is in the register."),
        (("--source", "x__y"), 1, "No layout 'x__y'; known are "),
        (("--file", "zz"), 1, "No file begins with 'zz'; "),
    ],
)
def test_refusals_are_one_line(
    used: Home, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = changes(used, *words)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"Error: {sentence}")
    assert done.err.count("\n") == 1


def test_no_home_is_told(tmp_path: Path) -> None:
    done = changes(Home(tmp_path / "nothing"))
    assert done.code == 1
    assert "is no Seedbed home" in done.err
