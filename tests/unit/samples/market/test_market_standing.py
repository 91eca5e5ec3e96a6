"""Which export counts, and which days are covered: a few plans made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from orchestration.samples.market.coverage import covered_days, days_of
from orchestration.samples.market.exports import Entry, FileStyle, Plan, Record, RowFate
from orchestration.samples.market.standing import changes, standing

MONDAY = date(2024, 7, 1)
SOURCE = "qianfan__orders"


def entry(key: str, value: str, day: int = 0, fate: RowFate = "loaded", line: int = 0) -> Entry:
    record = Record((key,), {"status": value}, MONDAY + timedelta(days=day), line)
    return Entry(record, fate)


def plan(*entries: Entry, week: int = 1, **others: Any) -> Plan:
    plain = Plan(
        merchant_id="m001",
        source=SOURCE,
        first_day=MONDAY,
        last_day=MONDAY + timedelta(days=6),
        exported_at=datetime.combine(MONDAY + timedelta(weeks=week), datetime.min.time()),
        name=f"{week}.xlsx",
        folder="m001",
        style=FileStyle("xlsx"),
        columns=(),
        entries=entries,
    )
    return replace(plain, **others)


def values(*plans: Plan) -> dict[str, list[object]]:
    return {
        one.record.key[0]: [record.values["status"] for record in one.records]
        for one in standing(plans)[SOURCE]
    }


def test_the_newest_export_counts_in_any_order() -> None:
    older, newer = plan(entry("a", "old"), entry("b", "old")), plan(entry("a", "new"), week=2)
    assert values(older, newer) == values(newer, older) == {"a": ["new"], "b": ["old"]}


def test_a_newer_row_in_quarantine_leaves_the_older_one() -> None:
    broken = plan(entry("a", "new", fate="quarantined"), entry("a", "new", line=1), week=2)
    assert values(plan(entry("a", "old")), broken) == {"a": ["old"]}
    assert values(broken) == {"a": ["new"]}
    assert values(plan(entry("a", "new", fate="quarantined"))) == {}


def test_an_unknown_time_is_the_latest() -> None:
    nameless = plan(entry("a", "nameless"), is_time_known=False)
    assert values(nameless, plan(entry("a", "named"), week=9)) == {"a": ["nameless"]}


def test_held_and_repeated_files_count_for_nothing() -> None:
    older = plan(entry("a", "old"))
    held = plan(entry("a", "held"), week=2, fault="cut_off")
    repeated = plan(entry("a", "again"), week=3, is_repeat=True)
    assert values(older, held, repeated) == {"a": ["old"]}


def test_changes_are_told_from_export_to_export() -> None:
    plans = [
        plan(entry("a", "one")),
        plan(entry("a", "two"), week=2),
        plan(entry("a", "bad", fate="quarantined"), week=3),
        plan(entry("a", "two"), week=4),
        plan(entry("a", "three"), week=5),
    ]
    found = changes(plans)
    assert list(zip(found["old"], found["new"], strict=True)) == [("one", "two"), ("two", "three")]
    assert list(found["exported_at"]) == [plans[1].exported_at, plans[4].exported_at]


def days(*numbers: int) -> list[date]:
    return [MONDAY + timedelta(days=number) for number in numbers]


def test_rows_prove_the_days_up_to_the_export() -> None:
    rows = (entry("a", "", 2), entry("b", "", 0, "quarantined"), entry("c", "", 4))
    assert days_of(plan(*rows)) == days(2, 3, 4, 5, 6)
    assert days_of(plan(*rows, is_time_known=False)) == days(2, 4)
    assert days_of(plan(*rows, is_range_named=True)) == days(0, 1, 2, 3, 4, 5, 6)
    assert days_of(plan(*rows, source="qianfan__shop_days")) == days(2, 4)
    assert days_of(plan()) == []


def test_a_short_gap_is_bridged_and_a_longer_one_is_not() -> None:
    first = plan(entry("a", "", 0))
    two_later = plan(entry("b", "", 9), week=2)
    three_later = plan(entry("b", "", 10), week=2)
    bridged = covered_days([first, two_later])
    assert list(bridged[bridged["is_bridged"].astype(bool)]["day"]) == days(7, 8)
    assert list(covered_days([first, three_later])["is_bridged"]) == [False] * 11
    strict = [replace(one, source="qianfan__shop_days") for one in (first, two_later)]
    assert list(covered_days(strict)["day"]) == days(0, 9)
