"""The digest of those who keep the rulebook names who can do something, soonest first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from digest_rows import WEEK, incentive_row, programme_row
from digest_samples import programmes_zh, three_merchants

from orchestration.digest.compose_programmes import compose_programmes
from orchestration.digest.content import DigestContent
from orchestration.digest.render import lay_out, render_digest
from orchestration.register import Register

STEP = {"next_metric": "gmv", "next_unit": "CNY", "next_gap": Decimal(1)}


def said(content: DigestContent) -> dict[str, list[tuple[str, str]]]:
    return {
        one.kind: [(standing.merchant_id, standing.incentive.programme) for standing in one.first]
        for one in content.standings
    }


def test_each_window_stands_in_one_list_and_a_closed_door_in_none():
    assert said(programmes_zh()) == {
        "lapsing": [("m001", "live_growth")],
        "open": [("m003", "store_live_cold_start")],
        "achieved": [("m001", "orders"), ("m003", "orders")],
        "undecidable": [("m002", "store_live_cold_start")],
    }


def test_who_can_still_make_it_is_called_first():
    action = programmes_zh().action
    assert (action.code, action.names, action.days) == (
        "programmes_call",
        ("云朵家居",),
        (date(2024, 9, 20),),
    )


def test_else_who_keeps_us_from_knowing_is_asked_once_for_all_programmes():
    unknown = [
        incentive_row(name, "undecidable", merchant_id=merchant, missing="b, a")
        for merchant in ("m002", "m003")
        for name in ("one", "two")
    ]
    programmes = [programme_row("one", windows_undecidable=4)]
    content = compose_programmes(three_merchants("en"), WEEK, programmes, unknown)
    assert (content.verdict, content.action.code) == ("programmes_waiting", "programmes_ask")
    assert (content.action.names, content.action.count) == (("Lantern Tea", "山野茶铺"), 2)
    assert content.action.source == "a"


def test_what_ends_first_stands_first_and_the_rest_is_counted():
    rows = [
        incentive_row(f"p{n:02d}", "in_progress", window_end=date(2024, 10, 30 - n), **STEP)
        for n in range(12)
    ]
    rows.append(incentive_row("to_come", "eligible", window_end=None, days_left=None, **STEP))
    content = compose_programmes(three_merchants("en"), WEEK, [], rows)
    [standings] = content.standings
    assert standings.count == 13
    assert [one.incentive.programme for one in standings.first] == [
        f"p{n:02d}" for n in range(11, 1, -1)
    ]
    tables = [block for block in lay_out(content).blocks if block.kind == "table"]
    assert [table.note for table in tables] == ["and 3 more"]


def test_nobody_and_nothing():
    content = compose_programmes(Register(), WEEK, [], [])
    assert (content.verdict, content.action.code) == ("programmes_quiet", "programmes_nothing")
    assert content.standings == ()
    assert lay_out(content).subject


def test_a_merchant_that_left_the_register_is_told_by_its_id():
    row = incentive_row("p", "achieved", merchant_id="gone")
    content = compose_programmes(three_merchants("en"), WEEK, [], [row])
    assert content.standings[0].first[0].merchant == "gone"


def test_an_unknown_cap_stays_unknown_and_a_budget_is_told_in_its_unit():
    rows = [
        programme_row("p", windows_open=1, can_be_earned=None),
        programme_row("idle"),
        programme_row("q", unit="ad_credit", budget=Decimal(9), committed=Decimal(4)),
    ]
    content = compose_programmes(three_merchants("en"), WEEK, rows, [])
    [table] = [block for block in lay_out(content).blocks if block.kind == "table"]
    assert [[cell.text for cell in row[2:]] for row in table.rows] == [
        ["unknown", "no budget"],
        ["unknown", "CN¥4.00 of ad credit of CN¥9.00 of ad credit"],
    ]


def test_what_was_gained_this_week_is_told_beside_what_lapses_and_nothing_of_none():
    rows = [
        programme_row("p", name_en="Push", windows_open=5, windows_gained=2, windows_lapsing=1),
        programme_row("q", name_en="Quiet", windows_open=1),
    ]
    text = render_digest(compose_programmes(three_merchants("en"), WEEK, rows, []), "b", 1).text
    assert "2 gained this week · 1 ends within 14 days and is not reached" in text
    assert text.count("gained") == 1
