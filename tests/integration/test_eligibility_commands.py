"""Who qualifies, why, and what if: the commands, beside a count of the orders themselves."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from homes import Done, drop, make_home, query, seedbed
from python_calamine import CalamineWorkbook

from orchestration.samples.workbooks import export_name, order_rows, write_orders
from orchestration.samples.world import World, make_world

pytestmark = pytest.mark.slow

MONDAY, SUNDAY = date(2024, 8, 26), date(2024, 9, 1)
NOW = "2024-09-02T10:00:00+08:00"
PROGRAMME = "week_of_orders"
_PROGRAMME = """
programme: week_of_orders
name: {{zh: 周订单, en: Week of orders, it: Settimana di ordini}}
versions:
  - version: 1
    recorded_at: 2024-01-01T00:00:00+08:00
    valid_from: 2024-01-01
    valid_to:
    provenance:
      source: invented for a test
      quoted_on: 2024-01-01
      certainty: A
      is_assumption: false
    window: {{kind: weekly}}
    gates: []
    goals: []
    reward:
      unit: exposures
      mode: highest_only
      measure: {{metric: order_count, basis: level}}
      tiers:
        - {{from: {low}, amount: 1000}}
        - {{from: {high}, amount: 3000}}
    exclusive: []
"""


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(seed=7, first_day=date(2024, 8, 19), weeks=2, orders_a_week=30)


@pytest.fixture(scope="module")
def orders(world: World) -> int:
    """Paid orders of the week, counted in the world itself."""
    return len(world.between(MONDAY, SUNDAY))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world: World, orders: int) -> Path:
    """A merchant five orders short of the second tier, and one that delivered nothing."""
    home = make_home(tmp_path_factory.mktemp("eligibility") / "H", "m001", "m002")
    programmes = home / "rulebook" / "programmes"
    for shipped in programmes.glob("*.yml"):
        shipped.unlink()
    text = _PROGRAMME.format(low=orders, high=orders + 5)
    (programmes / f"{PROGRAMME}.yml").write_text(text, encoding="utf-8")
    file = home / export_name(datetime(2024, 9, 2, 9, 30))  # noqa: DTZ001
    write_orders(file, order_rows(world.between(date(2024, 8, 19), SUNDAY)))
    drop(home, "m001", [file])
    done = seedbed("run", "--week", f"{MONDAY}", home=home, SEEDBED_NOW=NOW)
    assert done.code == 3, done.out + done.err
    return home


def ask(home: Path, *words: str | Path) -> Done:
    return seedbed("eligibility", *words, home=home, SEEDBED_NOW=NOW)


def answer(home: Path, *words: str | Path) -> dict[str, Any]:
    done = ask(home, *words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def of_week(decisions: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The decisions on the reported week itself, by merchant."""
    return {one["merchant_id"]: one for one in decisions if one["window_key"] == f"{MONDAY}"}


def test_who_qualifies(home: Path) -> None:
    found = of_week(answer(home, "list")["decisions"])
    mine, silent = found["m001"], found["m002"]
    assert (mine["status"], mine["tier"], float(mine["earned"])) == ("achieved", 1, 1000)
    assert mine["granted"] is None
    assert (silent["status"], silent["missing"]) == ("undecidable", "qianfan__orders")
    assert {
        one["merchant_id"] for one in answer(home, "list", "--merchant", "m002")["decisions"]
    } == {"m002"}
    achieved = answer(home, "list", "--status", "achieved", "--programme", PROGRAMME)
    assert set(of_week(achieved["decisions"])) == {"m001"}
    shown = ask(home, "list").out
    assert "2024-W35" in shown
    assert "achieved" in shown


def test_the_list_as_a_workbook(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.xlsx"
    assert ask(home, "list", "--xlsx", file).code == 0
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    names = [str(name) for name in rows[0]]
    decisions = answer(home, "list")["decisions"]
    assert len(rows) == len(decisions) + 1
    statuses = [row[names.index("status")] for row in rows[1:]]
    assert statuses == [one["status"] for one in decisions]


def test_why_and_how_far(home: Path, orders: int) -> None:
    explained = answer(home, "explain", "m001", PROGRAMME)
    [window] = [one for one in explained["windows"] if one["window_key"] == f"{MONDAY}"]
    tiers = {one["criterion_id"]: one for one in window["criteria"]}
    assert (tiers["tier_1"]["is_met"], tiers["tier_2"]["is_met"]) == (True, False)
    for tier in tiers.values():
        assert float(tier["actual"]) == orders
    assert (float(tiers["tier_2"]["required"]), float(tiers["tier_2"]["gap"])) == (orders + 5, 5)
    shown = ask(home, "explain", "m001", PROGRAMME).out
    assert f"at least {orders + 5}" in shown
    assert "see 千帆" in shown


def test_what_if(home: Path, orders: int) -> None:
    before = query(home, "select * from marts.fct_incentive_eligibility order by all")
    build = (home / "published" / "current.duckdb").resolve()
    change = f"{PROGRAMME}.reward.tiers.0.from=1"
    higher = f"{PROGRAMME}.reward.tiers.1.from={orders}"
    simulated = answer(home, "simulate", "--set", change, "--set", higher)
    [changed] = [one for one in simulated["changes"] if one["window_key"] == f"{MONDAY}"]
    assert changed["merchant_id"] == "m001"
    assert (float(changed["earned_now"]), float(changed["earned_then"])) == (1000, 3000)
    assert simulated["rules"]
    assert query(home, "select * from marts.fct_incentive_eligibility order by all") == before
    assert (home / "published" / "current.duckdb").resolve() == build
    assert list((home / "dagster").glob("simulation-*")) == []


def test_another_rulebook_that_says_the_same_changes_nothing(home: Path) -> None:
    simulated = answer(home, "simulate", "--rulebook", home / "rulebook")
    assert (simulated["rules"], simulated["changes"]) == ([], [])


def test_two_rulebooks_are_compared_in_words_and_on_the_data(
    home: Path, tmp_path: Path, orders: int
) -> None:
    lower, higher = tmp_path / "lower", tmp_path / "higher"
    for folder, first in ((lower, 1), (higher, orders + 1)):
        shutil.copytree(home / "rulebook", folder)
        text = _PROGRAMME.format(low=first, high=orders + 5)
        (folder / "programmes" / f"{PROGRAMME}.yml").write_text(text, encoding="utf-8")
    words = ("rulebook", "diff", str(lower), str(higher), "--decide")
    done = seedbed(*words, "--json", home=home, SEEDBED_NOW=NOW)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert len(found["differences"]) == 1
    [changed] = [one for one in found["decisions"]["changes"] if one["window_key"] == f"{MONDAY}"]
    assert (changed["merchant_id"], changed["status_now"]) == ("m001", "achieved")
    assert (float(changed["earned_now"]), float(changed["earned_then"])) == (1000, 0)
    shown = seedbed("rulebook", "diff", "--decide", home=home, SEEDBED_NOW=NOW)
    assert "Both say the same." in shown.out
    assert "0 decisions would change" in shown.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["list", "--status", "nearly"], 2, "is no state"),
        (["list", "--week", "2024-08-19"], 1, "did not decide 2024-W34"),
        (["list", "--programme", "nothing"], 1, "No merchant has a decision on 'nothing'"),
        (["list", "--xlsx", "decisions.csv"], 2, "is no name of a workbook"),
        (["explain", "m009", PROGRAMME], 1, "m009 has no window"),
        (["simulate", "--set", "nothing"], 1, "programme.path=value"),
        (["simulate", "--set", f"{PROGRAMME}.reward.mode=most"], 1, "mode"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(
    home: Path, words: list[str], code: int, told: str
) -> None:
    done = ask(home, *words)
    assert done.code == code, done.out + done.err
    assert told in done.err
    assert len(done.err.strip().splitlines()) == 1
