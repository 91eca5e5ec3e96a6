"""`quarantine list`: what waits for a decision, counted and with the way to mend it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flow_kit import SOURCE, at, drop, make_home, quarantined, run_ingest, week_of_orders
from quarantine_kit import AMOUNT, FAULTS, PIECES, broken_home, copy_of, lists

from expectations.suite import load_suite, suite_names
from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.load import load_layouts
from orchestration.flow.quarantine.fixes import Fixes
from orchestration.flow.quarantine.listing import Listing
from orchestration.flow.quarantine.rows import Choice, QuarantineError, short_hashes
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.samples.workbooks import export_name

LATER = export_name(at("2024-09-16 09:30"))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """To be looked at, never changed."""
    return broken_home(tmp_path_factory.mktemp("broken") / "H")[0]


def _rows(found: Listing) -> dict[str, int]:
    return {f"{group.merchant_id} {group.rule}": group.rows for group in found.groups}


def test_an_empty_home_has_nothing_to_decide(home: Home) -> None:
    found = lists(home)
    assert found.as_dict() == {"quarantined": [], "held": [], "unclaimed": []}
    assert found.exit_code == 0


@pytest.mark.slow
def test_rows_are_counted_by_rule_with_reason_fix_and_first_line(broken: Home) -> None:
    found = lists(broken)
    assert found.exit_code == 3
    # Recomputed from the files: these are the only readings of this home.
    told: dict[str, list[int]] = {}
    for row in quarantined(broken):
        told.setdefault(row["rule"], []).append(row["_row_number"])
    assert {group.rule: (group.rows, group.line) for group in found.groups} == {
        rule: (len(lines), min(lines)) for rule, lines in told.items()
    }
    (group,) = [group for group in found.groups if group.rule == "quantity_below_one"]
    (expectation,) = [e for e in load_suite(SOURCE).expectations if e.rule == group.rule]
    assert (group.reason, group.suggested_fix) == (expectation.reason, expectation.suggested_fix)
    assert (group.merchant_id, group.source, group.files) == ("m001", SOURCE, 1)


def test_what_is_listed_can_be_chosen(broken: Home, tmp_path: Path) -> None:
    home = copy_of(broken, tmp_path / "H")
    next_week = [row | {"支付时间": "2024-09-10 10:00:00"} for row in week_of_orders(seed=9)]
    next_week[0] |= {PIECES: "0"}
    next_week[1] |= {PIECES: "0", "支付时间": "nonsense"}
    drop(home, "m002", next_week, name=LATER)
    run_ingest(home)
    two = {"m002 paid_at_unreadable": 1, "m002 quantity_below_one": 2}
    assert _rows(lists(home, Choice(merchant_id="m002"))) == two
    assert _rows(lists(home, Choice(rule="quantity_below_one"))) == {
        "m001 quantity_below_one": 2,
        "m002 quantity_below_one": 2,
    }
    # A row whose day nobody can read may be of any week.
    week = _rows(lists(home, Choice(week=Week(date(2024, 9, 9)))))
    assert week == two | {"m001 paid_at_unreadable": 1}
    assert _rows(lists(home, Choice(since=date(2024, 9, 17)))) == {}
    assert len(_rows(lists(home, Choice(since=date(2024, 9, 16))))) == len(_rows(lists(home)))
    assert _rows(lists(home, Choice(source="qianfan__items"))) == {}


def test_a_merchant_or_source_that_nobody_knows_is_told(broken: Home) -> None:
    with pytest.raises(QuarantineError, match="'m999' is not in the register"):
        lists(broken, Choice(merchant_id="m999"))
    with pytest.raises(LayoutError, match="No layout 'qianfan__nothing'"):
        lists(broken, Choice(source="qianfan__nothing"))


def test_held_and_unclaimed_files_wait_too_each_with_its_way_out(tmp_path: Path) -> None:
    home = make_home(tmp_path / "H", "m001", "m002")
    rows = week_of_orders()
    drop(home, "m001", [row | {PIECES: "0"} for row in rows])
    (home.inbox / "m002").mkdir()
    (home.inbox / "m002" / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    drop(home, ".", rows[:5], name="orders.xlsx")
    run_ingest(home)

    found = lists(home)

    assert (found.groups, found.exit_code) == ([], 3)
    by_name = {file.file_name: file for file in found.held}
    held = by_name[export_name(at("2024-09-09 09:30"))]
    assert held.rows == len(rows)
    assert "rows are rejected" in held.reason
    assert f"`seedbed ingest --reparse {SOURCE}`" in held.mend
    assert f"--withdraw {held.file_sha256[:8]}" in held.mend
    assert "no layout fits" in by_name["other.csv"].reason
    assert "tried again each time" in by_name["other.csv"].mend
    (unclaimed,) = found.unclaimed
    assert unclaimed.file_name == "orders.xlsx"
    assert "`seedbed ingest --merchant M orders.xlsx` claims it" in unclaimed.mend
    # They belong to no rule and no week, but to a merchant and a day.
    assert lists(home, Choice(rule="quantity_below_one")).exit_code == 0
    assert [f.file_name for f in lists(home, Choice(merchant_id="m002")).held] == ["other.csv"]
    assert lists(home, Choice(since=date(2024, 9, 17))).exit_code == 0


def test_quarantine_that_was_deleted_is_one_sentence(broken: Home, tmp_path: Path) -> None:
    home = copy_of(broken, tmp_path / "H")
    for path in home.quarantine.rglob("*.parquet"):
        path.unlink()
    with pytest.raises(QuarantineError, match="is missing; `seedbed ingest` makes it again"):
        lists(home)


# --- fixes


@pytest.fixture(scope="module")
def fixes() -> Fixes:
    return Fixes(load_layouts())


@pytest.mark.parametrize("source", suite_names())
def test_every_rule_of_every_source_has_a_fix_of_one_sentence(source: str, fixes: Fixes) -> None:
    layout = load_layouts().get(source)
    rules = [one.rule for one in load_suite(source).expectations if one.rule]
    rules += [f"{name}_{kind}" for name in layout.columns for kind in ("unreadable", "missing")]
    for rule in [*rules, "row_has_other_length"]:
        fix = fixes.fix(source, rule)
        assert fix.endswith(".")
        assert len(fix) > 20


@pytest.mark.parametrize("source", suite_names())
def test_a_parse_rule_is_about_the_cell_that_a_person_can_type_into(
    source: str, fixes: Fixes
) -> None:
    layout = load_layouts().get(source)
    for name, column in layout.columns.items():
        (about,) = fixes.about(source, f"{name}_unreadable")
        assert about == (column.derived_from if column.derived_from in layout.columns else name)


@pytest.mark.parametrize(
    ("source", "rule", "cells", "faulty"),
    [
        (SOURCE, "paid_amount_missing", {}, {"paid_amount"}),
        (SOURCE, "paid_after_export", {}, {"paid_at"}),
        ("juguang__accounts", "day_after_export", {}, {"stat_date"}),
        ("juguang__accounts", "figure_negative", {"likes": "-3", "shares": "4"}, {"likes"}),
        ("juguang__accounts", "spend_negative", {"spend": "-1.00"}, {"spend"}),
        (SOURCE, "row_has_other_length", {}, set()),
    ],
)
def test_the_faulty_cells_are_those_that_the_rule_is_about(
    fixes: Fixes, source: str, rule: str, cells: dict[str, str], faulty: set[str]
) -> None:
    assert fixes.faulty(source, (rule,), cells) == faulty


def test_short_hashes_are_as_long_as_they_must_be() -> None:
    one, other = "a" * 64, "a" * 20 + "b" * 44
    assert short_hashes([one]) == {one: "a" * 8}
    assert short_hashes([one, other, one]) == {one: "a" * 21, other: "a" * 20 + "b"}
    assert short_hashes([]) == {}


def test_the_faults_of_this_kit_are_those_that_the_tests_speak_of(broken: Home) -> None:
    assert {row["_row_number"] for row in quarantined(broken)} == set(FAULTS)
    assert AMOUNT in FAULTS[2]
