"""Cohorts of merchants and segments: the newest whole month, compact, and nothing made up."""

from datetime import date

from digest_rows import WEEK, merchant_cohort_row, segment_row
from digest_samples import team_en, three_merchants

from orchestration.digest.compose_team import compose_team
from orchestration.digest.growth import growth_of
from orchestration.digest.render import render_digest
from orchestration.digest.team_values import Growth


def _text(growth: Growth | None) -> str:
    content = compose_team(three_merchants("en"), WEEK, [], [], growth=growth)
    return render_digest(content, "b", 1).text


def test_where_no_mart_knows_a_month_there_is_no_section():
    assert growth_of([], []) is None
    for text in (_text(None), _text(growth_of([], [segment_row("x", "1.00", None)]))):
        assert "Merchants by the month they joined" not in text
    assert "Industries" not in _text(None)


def test_the_newest_cohort_and_the_largest_industry_come_first_and_a_long_list_is_cut():
    cohorts = [merchant_cohort_row(date(2023, month, 1), 9, 9, month) for month in range(1, 13)]
    cohorts.append(merchant_cohort_row(date(2024, 1, 1), 9, 0, None))
    segments = [segment_row(f"s{n:02}", f"{n}.00", 0.1) for n in range(20)]
    segments.append(segment_row("all", "1.00", -0.1, segment_level="all"))
    growth = growth_of(cohorts, segments)
    assert growth is not None
    assert growth.cohorts[0].joined_month == date(2024, 1, 1)
    assert [one.name for one in growth.segments[:3]] == ["", "s19", "s18"]
    text = _text(growth)
    assert "Jan 2024: Merchants 9 · With data 0 · With orders unknown" in text
    assert "All: Merchants with orders 2 · GMV CN¥1.00 · On a year before -10.0%\n" in text
    assert "and 1 more" in text
    assert "and 9 more" in text
    assert "Jan 2023" not in text
    assert "days are missing" not in text


def test_a_base_that_lacks_days_stars_the_change_alone():
    segment = segment_row("x", "5.00", 0.5, is_base_complete=False)
    text = _text(growth_of([], [segment]))
    assert "x: Merchants with orders 2 · GMV CN¥5.00 · On a year before +50.0%*\n" in text
    assert "* days are missing in the month or a year before" in text


def test_tables_stand_in_the_thread_and_not_on_the_first_screen():
    rendered = render_digest(team_en(), "b", 1)
    assert "Industries" not in str(rendered.slack)
    assert "Industries" in str(rendered.slack_thread)
