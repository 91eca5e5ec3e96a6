from datetime import date
from decimal import Decimal

import pytest
from digest_rows import WEEK, fact_row, source_row, team_row, week_rows
from digest_samples import (
    CASES,
    complete_zh,
    first_week_it,
    merchant,
    partial_en,
    team_en,
    uncovered_zh,
)

from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import (
    DigestContent,
    DigestError,
    Fact,
    Insight,
    canonical_json,
    content_hash,
)
from orchestration.digest.render import render_digest
from orchestration.digest.rows import source_from_row
from orchestration.register import Register


def _fact(**changes: object) -> Fact:
    rows = MerchantRows(facts=[fact_row("new_customers", "131", "140", **changes)])
    return compose_merchant(merchant(), WEEK, rows).fact("week", "new_customers")


def test_an_unknown_figure_is_never_zero():
    content = uncovered_zh()
    week = [fact for fact in content.facts if fact.period == "week"]
    assert len(week) == 10
    assert all(f.value is None and not f.is_known and f.caveats == ("unknown",) for f in week)
    assert content.verdict == "week_missing"


def test_a_value_marked_unknown_is_not_told_even_if_the_row_has_one():
    fact = _fact(is_known=False)
    assert (fact.value, fact.base, fact.change, fact.caveats) == (None, None, None, ("unknown",))


def test_zero_is_told_as_zero_and_an_average_of_nothing_as_none():
    rows = MerchantRows(facts=[fact_row("order_count", "0"), fact_row("aov", None, is_known=True)])
    content = compose_merchant(merchant(), WEEK, rows)
    assert content.fact("week", "order_count").value == 0
    aov = content.fact("week", "aov")
    assert (aov.value, aov.is_known) == (None, True)
    assert "unknown" not in aov.caveats


def test_whole_periods_are_compared_plainly():
    fact = _fact()
    assert (fact.base, fact.change, fact.caveats) == (Decimal(140), Decimal("-0.0643"), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"is_complete": False, "days_covered": 5, "like_for_like_change": 0.02},
        {"like_for_like_change": 0.02},  # this week is whole, but the week before is not
    ],
)
def test_gaps_on_either_side_compare_like_with_like_and_hide_the_base(changes: dict[str, object]):
    fact = _fact(**changes)
    assert (fact.base, fact.change) == (None, Decimal("0.02"))
    assert "like_for_like" in fact.caveats


def test_a_partial_week_without_common_days_has_no_change():
    fact = _fact(is_complete=False, days_covered=2, like_for_like_change=None)
    assert (fact.base, fact.change) == (None, None)
    assert fact.caveats == ("partial", "like_for_like")


def test_no_base_is_said_and_a_base_of_zero_is_told_without_a_ratio():
    assert _fact(base_value=None, change=None, like_for_like_change=None).caveats == ("no_base",)
    zero = _fact(base_value=Decimal(0), change=None, like_for_like_change=None)
    assert (zero.base, zero.change, zero.caveats) == (Decimal(0), None, ())


def test_new_customers_of_an_unknown_past_are_only_first_seen():
    assert _fact(is_history_complete=False).caveats == ("first_seen",)


def test_rows_of_another_merchant_or_week_are_refused():
    with pytest.raises(DigestError, match="m999"):
        compose_merchant(merchant(), WEEK, MerchantRows(sources=[source_row(merchant_id="m999")]))
    stale = fact_row("gmv", "1", week=date(2024, 9, 2))
    with pytest.raises(DigestError, match="2024-09-02"):
        compose_merchant(merchant(), WEEK, MerchantRows(facts=[stale]))


def _with(message: str) -> DigestContent:
    rows = MerchantRows(facts=[fact_row("order_count", "10")], sources=[source_row()])
    insight = Insight(block="weekly_change", verdict="ok", message=f"weekly_change.{message}")
    return compose_merchant(merchant(), WEEK, rows, [insight])


@pytest.mark.parametrize(
    ("message", "verdict", "action"),
    [
        ("within_swing", "steady", "answer_reviews"),
        ("unusual_rise", "unusual_rise", "check_stock"),
        ("unusual_fall", "unusual_fall", "check_fall"),
        ("too_early", "too_early", "export_history"),
        ("too_few", "too_few", "answer_reviews"),
        ("no_base", "first_week", "export_history"),
        ("base_partial", "base_incomplete", "drop_export"),
        ("promotion", "promotion_week", "check_stock"),
    ],
)
def test_verdict_and_action_follow_the_finding(message: str, verdict: str, action: str):
    content = _with(message)
    assert (content.verdict, content.action.code) == (verdict, action)


def test_an_unheard_of_finding_is_an_error_not_a_guess():
    with pytest.raises(DigestError, match=r"weekly_change\.surprise"):
        _with("surprise")


def test_the_action_of_a_gap_names_export_days_and_folder():
    action = partial_en().action
    assert (action.code, action.source) == ("drop_export", "qianfan__orders")
    assert action.days == (date(2024, 9, 14), date(2024, 9, 15))
    assert action.folder == "inbox/m001/"


def test_a_gap_with_a_held_file_asks_for_that_file_again():
    held = source_row(missing_days="2024-09-15", days_covered=6, rows_held=900)
    rows = MerchantRows(facts=[fact_row("order_count", "10")], sources=[held])
    assert compose_merchant(merchant(), WEEK, rows).action.code == "drop_held_again"


def test_next_export_is_due_by_the_rulebooks_hours_after_the_week():
    todo = complete_zh().next_export
    assert todo is not None
    assert todo.due_at is not None
    assert todo.due_at.isoformat() == "2024-09-23T01:00:00+00:00"


def test_weeks_before_the_first_known_one_are_left_out_later_gaps_are_not():
    weeks = week_rows([None, None, 40, None, 41], "1.00")
    trailing = compose_merchant(merchant(), WEEK, MerchantRows(weeks=weeks)).trailing_weeks
    assert [week.order_count for week in trailing] == [40, None, 41]


def test_cohorts_show_the_months_after_the_first():
    cohorts = complete_zh().cohorts
    assert [cohort.cohort_month.month for cohort in cohorts] == [4, 5, 6, 7, 8, 9]
    assert [cell.month_number for cell in cohorts[0].cells] == [1, 2, 3, 4, 5]
    assert cohorts[-1].cells == ()


@pytest.mark.parametrize("case", CASES)
def test_content_survives_its_own_json_and_keeps_its_hash(case: str):
    content = CASES[case]()
    again = DigestContent.model_validate_json(canonical_json(content))
    assert again == content
    assert content_hash(again) == content_hash(content) == content_hash(CASES[case]())


def test_the_hash_ignores_the_last_bits_of_a_ratio_but_no_cent():
    def hashed(value: str, change: float) -> str:
        row = fact_row("gmv", value, "100.00", change=change, like_for_like_change=change)
        return content_hash(compose_merchant(merchant(), WEEK, MerchantRows(facts=[row])))

    assert hashed("110.00", 0.1) == hashed("110.00", 0.1 + 1e-15)
    assert hashed("110.00", 0.1) != hashed("110.01", 0.1)


def test_first_week_says_so():
    assert first_week_it().verdict == "first_week"


def test_team_lists_who_is_waited_for_a_silent_merchant_included():
    content = team_en()
    assert (content.verdict, content.action.code) == ("team_incomplete", "team_ask_exports")
    assert content.action.names == ("Lantern Tea", "山野茶铺")
    silent = content.merchants[2].sources[0]
    assert (silent.days_covered, len(silent.missing_days)) == (0, 7)


def test_the_data_team_reads_into_which_folder_each_answer_belongs():
    text = render_digest(team_en(), "b", 1).text
    assert "Lantern Tea: Missing days Sep 14 – 15 · Folder inbox/m002/" in text.replace(
        "\u2009", " "
    )
    assert "Folder inbox/m001/" not in text


def test_a_merchant_reads_of_rows_that_do_not_count_only_where_there_are_some():
    def told(**counts: int) -> str:
        rows = MerchantRows(sources=[source_row(rows_loaded=40, **counts)])
        content = compose_merchant(merchant(locale="en"), WEEK, rows)
        return render_digest(content, "b", 1).text.partition("Files used for this week\n")[2]

    assert told().startswith("Qianfan orders: Days 7/7 · Rows counted 40\n")
    assert "Rows counted 40 · Rows not counted 3\n" in told(rows_quarantined=3)
    assert "Rows counted 40 · Rows of refused files 9\n" in told(rows_held=9)


def test_team_digest_says_when_rows_do_not_add_up():
    rows = [team_row(f"rows_{n}", "0", "rows") for n in ("quarantined", "held", "skipped")]
    rows += [team_row("rows_read", "10", "rows"), team_row("rows_loaded", "9", "rows")]
    content = compose_team(Register(merchants=(merchant(),)), WEEK, rows, [source_row()])
    assert content.verdict == "team_unbalanced"
    assert content.action.code == "team_check_accounting"


def test_team_digest_of_nobody_and_of_a_clean_week():
    assert compose_team(Register(), WEEK, [], []).verdict == "team_empty"
    clean = compose_team(Register(merchants=(merchant(),)), WEEK, [], [source_row()])
    assert (clean.verdict, clean.action.code) == ("team_complete", "team_nothing")


def test_bridged_days_are_told() -> None:
    told = source_from_row(source_row(bridged_days="2024-09-11, 2024-09-12"))
    assert [day.day for day in told.bridged_days] == [11, 12]
