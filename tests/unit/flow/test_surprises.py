"""What a build says otherwise than the published one, and which digests wait for a person by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from flow_kit import register

from orchestration.flow.digests.delivering import Delivered
from orchestration.flow.digests.ruling import rule_week
from orchestration.flow.digests.waiting import HOLD, RELEASE, Ruled, Waiting
from orchestration.flow.exit_codes import DONE, WITHHELD
from orchestration.flow.summary import before_run, week_summary
from orchestration.flow.surprises import DIFFERENCE, compare_and_hold, surprises
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.sections import PublishSettings
from orchestration.settings import now
from orchestration.state.endings import rulings_of
from orchestration.warehouse.difference import ChangedWeek, Difference

W36, NEWEST = date(2024, 9, 2), Week(date(2024, 9, 9))
WeekRow = tuple[str, date, int | None, str | None, bool]
BEFORE: list[WeekRow] = [("m001", W36, 100, "1000.00", True), ("m002", W36, 10, "50.00", True)]


def _marts(path: Path, weeks: Sequence[WeekRow]) -> None:
    path.unlink(missing_ok=True)
    # Opened by itself, a file named marts would hide the schema in it.
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as build")
        connection.execute("create schema build.marts")
        connection.execute(
            "create table build.marts.fct_merchant_weeks (merchant_id varchar, week date, "
            "order_count bigint, gmv decimal(18, 2), is_complete boolean)"
        )
        for week in weeks:
            connection.execute(
                "insert into build.marts.fct_merchant_weeks values ($1, $2, $3, $4, $5)", week
            )


def _compare(
    home: Home, after: Sequence[WeekRow], before: Sequence[WeekRow] = BEFORE
) -> tuple[Difference, list[str]]:
    _marts(home.published / "b1.duckdb", before)
    home.current_build.unlink(missing_ok=True)
    home.current_build.symlink_to("b1.duckdb")
    _marts(home.marts_db, after)
    with open_workspace(home) as workspace:
        return compare_and_hold(workspace)


def _held(home: Home) -> dict[str, str]:
    with open_workspace(home) as workspace:
        rulings = rulings_of(workspace.store, NEWEST.monday)
    return {merchant: row.told_by for merchant, row in rulings.items() if row.ruling == HOLD}


def test_before_the_first_build_nothing_differs(home: Home) -> None:
    with open_workspace(home) as workspace:
        assert compare_and_hold(workspace) == (Difference({}, ()), [])


def test_the_same_tables_differ_in_nothing(home: Home) -> None:
    assert _compare(home, BEFORE) == (Difference({}, ()), [])


def test_rows_and_changed_weeks_are_counted(home: Home) -> None:
    after = [
        ("m001", W36, 101, "1010.00", True),
        *BEFORE[1:],
        ("m002", NEWEST.monday, 1, "1", True),
    ]
    difference, held = _compare(home, after)
    assert difference.rows == {"fct_merchant_weeks": (2, 3)}
    assert difference.weeks == (
        ChangedWeek("m001", W36, 100, 101, Decimal("1000.00"), Decimal("1010.00")),
    )
    assert held == []


def test_a_run_that_changes_nothing_leaves_what_the_page_tells(home: Home) -> None:
    _compare(home, BEFORE[1:])
    with open_workspace(home) as workspace:
        told = workspace.store.fact(DIFFERENCE)
    _compare(home, BEFORE[1:], BEFORE[1:])
    with open_workspace(home) as workspace:
        assert workspace.store.fact(DIFFERENCE) == told
    assert told is not None
    assert "2024-W36" in told


@pytest.mark.parametrize(
    ("orders", "gmv", "is_surprising"),
    [
        (100, "1050.00", False),
        (100, "1050.01", True),
        (100, "950.00", False),
        (100, "949.99", True),
        (99, "1000.00", True),
        (101, "1000.00", False),
        (None, None, True),
    ],
)
def test_a_twentieth_of_the_gmv_or_one_lost_order_is_a_surprise(
    home: Home, orders: int | None, gmv: str | None, is_surprising: bool
) -> None:
    _, held = _compare(home, [("m001", W36, orders, gmv, gmv is not None), *BEFORE[1:]])
    assert _held(home) == ({"m001": "seedbed"} if is_surprising else {})
    assert len(held) == is_surprising


def test_the_sentence_names_the_difference_and_the_command_that_releases_it(home: Home) -> None:
    _, (sentence,) = _compare(home, [("m001", W36, 80, "800.00", True), *BEFORE[1:]])
    assert sentence == (
        "m001 is held: 2024-W36 had GMV 1000.00 in 100 orders, and has 800.00 in 80. Look at it, "
        "then `seedbed digest release m001 --week 2024-09-09 --reason …`"
    )


def test_a_merchant_that_vanishes_from_the_tables_is_a_surprise(home: Home) -> None:
    _compare(home, BEFORE[1:])
    assert _held(home) == {"m001": "seedbed"}


def test_a_week_that_was_not_whole_may_change_as_it_likes(home: Home) -> None:
    before: list[WeekRow] = [("m001", W36, 40, "400.00", False), ("m002", W36, None, None, False)]
    after: list[WeekRow] = [("m001", W36, 100, "1000.00", True), ("m002", W36, 1, "1.00", True)]
    assert _compare(home, after, before)[1] == []


def test_what_nobody_reads_any_more_holds_nothing(home: Home) -> None:
    register(home, "m002")
    assert _compare(home, BEFORE[1:])[1] == []


def test_the_setting_lets_everything_pass(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_PUBLISH__HOLD_SURPRISES", "false")
    difference, held = _compare(home, BEFORE[1:])
    assert (len(difference.weeks), held, _held(home)) == (1, [], {})


def test_a_release_stands_until_the_next_surprise(home: Home) -> None:
    less: list[WeekRow] = [("m001", W36, 80, "800.00", True), *BEFORE[1:]]
    _compare(home, less)
    with open_workspace(home) as workspace:
        rule_week(workspace, "m001", NEWEST, RELEASE, "The shop took them back.")
    assert _compare(home, less, less)[1] == []
    assert _held(home) == {}
    _compare(home, BEFORE[1:], less)
    assert _held(home) == {"m001": "seedbed"}


def test_a_persons_hold_is_left_as_it_is(home: Home) -> None:
    with open_workspace(home) as workspace:
        by = rule_week(workspace, "m001", NEWEST, HOLD, "I look at it.").told_by
    assert _compare(home, BEFORE[1:])[1] == []
    assert _held(home) == {"m001": by}


def _told_after_a_run(home: Home, *waiting: Waiting) -> list[str]:
    with open_workspace(home) as workspace:
        summary = week_summary(workspace, NEWEST, Delivered((), waiting), before_run(workspace))
    assert summary.exit_code == (WITHHELD if summary.withheld or waiting else DONE)
    return summary.withheld


def test_every_run_names_the_command_that_releases_what_is_held(home: Home) -> None:
    assert _told_after_a_run(home) == []
    _compare(home, BEFORE[1:])
    # A later run finds no difference, and the digest waits all the same.
    assert _compare(home, BEFORE[1:], BEFORE[1:])[1] == []
    [sentence] = _told_after_a_run(home)
    assert sentence.startswith("m001 is held: 2024-W36 had GMV 1000.00 in 100 orders, and has 0")
    assert "`seedbed digest release m001 --week 2024-09-09 --reason …`" in sentence
    # What waits for being sent says it by itself.
    ruled = Ruled(HOLD, "It changed.", "seedbed")
    assert _told_after_a_run(home, Waiting("m001", now(), held=ruled)) == []
    with open_workspace(home) as workspace:
        rule_week(workspace, "m001", NEWEST, RELEASE, "The shop took them back.")
    assert _told_after_a_run(home) == []


def test_without_gmv_before_any_is_a_surprise_and_none_is_not() -> None:
    week = ("m001", W36, 0, 0, Decimal(0))
    some, none = ChangedWeek(*week, Decimal(1)), ChangedWeek(*week, Decimal(0))
    assert surprises([some, none], PublishSettings()) == [some]
