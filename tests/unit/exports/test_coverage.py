from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.exports.coverage import CoveredRun, covered_runs, day_runs, declared_range
from orchestration.exports.errors import ExportError

# 09:30 in Shanghai on Monday 17 June 2024.
EXPORTED = datetime(2024, 6, 17, 1, 30, tzinfo=UTC)
FIRST = date(2024, 6, 10)
RUNS = [["2024-06-10", "2024-06-13"], ["2024-06-15", "2024-06-15"]]


def runs(mode: str, **changes: object) -> list[CoveredRun]:
    known = {
        "first_row_date": FIRST,
        "row_day_runs": RUNS,
        "effective_at": EXPORTED,
        "is_assumed": False,
    }
    return covered_runs(mode, **(known | changes))  # pyright: ignore[reportArgumentType]


def test_rows_to_export_ends_the_day_before_the_export() -> None:
    assert runs("rows_to_export") == [CoveredRun(FIRST, date(2024, 6, 16), "rows_to_export")]


def test_the_export_day_is_a_shanghai_day() -> None:
    late_in_utc = datetime(2024, 6, 16, 17, 0, tzinfo=UTC)
    assert runs("rows_to_export", effective_at=late_in_utc)[0].covered_to == date(2024, 6, 16)


def test_rows_of_the_export_day_alone_cover_nothing() -> None:
    assert runs("rows_to_export", first_row_date=date(2024, 6, 17)) == []


def test_an_assumed_export_time_proves_only_days_with_rows() -> None:
    assert runs("rows_to_export", is_assumed=True) == runs("rows")
    assert [run.covered_to for run in runs("rows")] == [date(2024, 6, 13), date(2024, 6, 15)]


def test_a_file_without_rows_covers_only_what_is_declared() -> None:
    week = (date(2024, 6, 17), date(2024, 6, 23))
    assert runs("rows_to_export", first_row_date=None, row_day_runs=[]) == []
    assert runs("rows_to_export", first_row_date=None, row_day_runs=[], declared=[week]) == [
        CoveredRun(*week, "declared")
    ]


def test_what_is_declared_counts_and_nothing_else() -> None:
    day = timedelta(days=1)
    ranges = [(FIRST + 5 * day, FIRST + 6 * day), (FIRST, FIRST + 2 * day), (FIRST + 3 * day,) * 2]
    assert runs("rows_to_export", declared=ranges) == [
        CoveredRun(FIRST, FIRST + 3 * day, "declared"),
        CoveredRun(FIRST + 5 * day, FIRST + 6 * day, "declared"),
    ]
    assert runs("declared") == []


@given(st.sets(st.dates(date(2024, 1, 1), date(2024, 3, 31))))
def test_runs_hold_exactly_the_days(days: set[date]) -> None:
    found = [[date.fromisoformat(day) for day in run] for run in day_runs(days)]
    spread = [
        first + timedelta(days=n) for first, last in found for n in range((last - first).days + 1)
    ]
    assert spread == sorted(days)
    gaps = [after[0] - before[1] for before, after in pairwise(found)]
    assert all(gap > timedelta(days=1) for gap in gaps)


@pytest.mark.parametrize(
    "name",
    [
        "2024-06-24_2024-06-30",
        "2024-06-24~2024-06-30",
        "订单 2024-06-24至2024-06-30.xlsx",
        "2024-06-24..2024-06-30",
    ],
)
def test_a_name_may_declare_its_days(name: str) -> None:
    assert declared_range(name) == (date(2024, 6, 24), date(2024, 6, 30))


@pytest.mark.parametrize(
    "name",
    [
        "m001",
        "小红书订单查询2024-05-27-09_30_139b4c5e.xlsx",
        "2024-06-24",
        "商品_销售明细_2024-06-24_2024-06-25-09_30_139b4c5e.xlsx",
    ],
)
def test_other_names_declare_nothing(name: str) -> None:
    assert declared_range(name) is None


@pytest.mark.parametrize("name", ["2024-06-30_2024-06-24", "2024-06-24_2024-06-31"])
def test_a_range_that_cannot_be_is_told(name: str) -> None:
    with pytest.raises(ExportError, match=name):
        declared_range(name)


@pytest.mark.parametrize(("mode", "is_assumed"), [("rows", False), ("rows_to_export", True)])
def test_the_day_of_the_export_or_receipt_was_not_over(mode: str, is_assumed: bool) -> None:
    days = [["2024-06-15", "2024-06-16"], ["2024-06-17", "2024-06-19"]]
    found = runs(mode, row_day_runs=days, is_assumed=is_assumed)
    assert [(run.covered_from, run.covered_to) for run in found] == [
        (date(2024, 6, 15), date(2024, 6, 16))
    ]
