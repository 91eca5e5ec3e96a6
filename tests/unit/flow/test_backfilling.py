"""Which weeks may be decided again, and the log that says who did it, why, and how it ended."""

from __future__ import annotations

from datetime import date

import pytest

from orchestration.flow.backfilling import (
    CUT_OFF,
    DONE,
    FAILED,
    RUNNING,
    backfills,
    begin,
    check_range,
    end,
)
from orchestration.flow.workspace import open_workspace
from orchestration.home import Home
from orchestration.periods import PeriodError, Week

FIRST, LAST, NEWEST = (Week(date(2024, month, day)) for month, day in ((1, 1), (9, 2), (9, 9)))


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (LAST, FIRST, "2024-W36 comes after 2024-W01"),
        (FIRST, Week(date(2024, 9, 16)), "2024-W38 is not over yet; the last closed week is"),
        (Week(date(2019, 12, 30)), LAST, r"before schedule.first_week \(2020-01-06\)"),
    ],
)
def test_weeks_that_cannot_be_decided_are_refused(
    home: Home, first: Week, last: Week, why: str
) -> None:
    with open_workspace(home) as workspace, pytest.raises(PeriodError, match=why):
        check_range(workspace, first, last)


@pytest.mark.parametrize("first", [Week(date(2020, 1, 6)), NEWEST])
def test_the_first_week_of_the_home_and_the_last_closed_one_are_allowed(
    home: Home, first: Week
) -> None:
    with open_workspace(home) as workspace:
        check_range(workspace, first, NEWEST)


def test_the_first_week_is_a_setting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_SCHEDULE__FIRST_WEEK", "2024-09-02")
    with open_workspace(home) as workspace:
        check_range(workspace, LAST, NEWEST)
        with pytest.raises(PeriodError, match="lower that setting"):
            check_range(workspace, LAST.previous, NEWEST)


def test_the_log_keeps_range_reason_and_result_newest_first(home: Home) -> None:
    with open_workspace(home) as workspace:
        end(workspace, begin(workspace, FIRST, LAST, "first import"), DONE, "36 weeks decided.")
        end(workspace, begin(workspace, LAST, LAST, "another rulebook"), FAILED, "No space left.")
        found = backfills(workspace)
    assert [(one.number, one.first_week, one.last_week, one.reason) for one in found] == [
        (2, "2024-W36", "2024-W36", "another rulebook"),
        (1, "2024-W01", "2024-W36", "first import"),
    ]
    assert [(one.result, one.detail) for one in found] == [
        (FAILED, "No space left."),
        (DONE, "36 weeks decided."),
    ]
    assert {one.ended_at for one in found} == {"2024-09-16T02:00:00+00:00"}


def test_what_was_killed_is_called_so_when_the_next_one_begins(home: Home) -> None:
    with open_workspace(home) as workspace:
        begin(workspace, FIRST, LAST, "first import")
        begin(workspace, FIRST, LAST, "first import")
        newer, older = backfills(workspace)
    assert (newer.result, newer.ended_at) == (RUNNING, "")
    assert older.result == CUT_OFF
    assert "the same command completes it" in older.detail
