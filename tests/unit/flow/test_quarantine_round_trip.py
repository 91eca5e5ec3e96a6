"""Whatever is broken in good rows: exported, corrected and retried, they are as if never broken."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from flow_kit import SOURCE, drop, loaded_rows, make_home, run_ingest, week_of_orders
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from quarantine_kit import (
    AMOUNT,
    BUYER,
    FIRST_LINE,
    ITEM,
    ORDER,
    PAID_AT,
    PIECES,
    copy_of,
    exported,
    fates,
    lists,
    place,
    retries,
    row_of,
    shown_rows,
    typed,
)

from orchestration.flow.quarantine.judge import Fate
from orchestration.home import Home
from orchestration.samples.workbooks import Row

pytestmark = pytest.mark.slow

CREATED, LISTED = "订单创建时间", "商品总价(元)"
# Texts that cannot be what the column wants, by header.
BAD: Mapping[str, tuple[str, ...]] = {
    AMOUNT: ("1,23", "12,34", "USD 5", "", "-3.00", "=1+1", "1.2.3", "#REF!"),
    PIECES: ("0", "-2", "", "two", "1.5"),
    PAID_AT: ("01/02/2024", "2024-13-01 00:00:00", "2031-01-01 10:00:00", "soon"),
    ORDER: ("1.23457E+17", "", "#####"),
    BUYER: ("1.23457E+17", "#N/A"),
    CREATED: ("24-9-1", "@now"),
    LISTED: ("1,23", "free"),
}
# Beyond one row in five the file would be held.
MOST_ROWS = 9
ROWS = len(week_of_orders())
faults = st.fixed_dictionaries(
    {}, optional={header: st.sampled_from(texts) for header, texts in BAD.items()}
).filter(bool)
plans = st.dictionaries(st.integers(0, ROWS - 1), faults, min_size=1, max_size=MOST_ROWS)
HOSTILE = ("=cmd|' /C calc'!A0", "<b>茶</b>", "_x0041_", "\u202e茶", "a\nb", "'quoted", "＝1")


def _good_rows(item: str) -> list[Row]:
    return [row | {ITEM: item} for row in week_of_orders()]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Home:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_NOW", "2024-09-16T10:00:00+08:00")
        return make_home(tmp_path_factory.mktemp("empty") / "H", "m001")


def _correct(path: Path, plan: Mapping[int, Mapping[str, str]], good: list[Row]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[SOURCE]
    for index, cells in plan.items():
        row = row_of(sheet, FIRST_LINE + index)
        for header in cells:
            # Of a buyer that there never was a blank cell says nothing: it was not shown.
            text = good[index][header] or "-"
            sheet.cell(row, place(sheet, header)).value = text  # pyright: ignore[reportAttributeAccessIssue]
    book.save(path)


# Each example is two homes and a retry, some ten seconds; shrinking one would take minutes.
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    plan=plans,
    item=st.sampled_from(HOSTILE),
    from_landing=st.booleans(),
)
def test_export_correct_retry_gives_the_rows_of_the_file_that_was_never_broken(
    empty: Home,
    tmp_path_factory: pytest.TempPathFactory,
    plan: dict[int, dict[str, str]],
    item: str,
    from_landing: bool,
) -> None:
    folder = tmp_path_factory.mktemp("round")
    good = _good_rows(item)
    bad = [row | plan.get(index, {}) for index, row in enumerate(good)]
    never, mended = copy_of(empty, folder / "never"), copy_of(empty, folder / "mended")
    drop(never, "m001", good)
    drop(mended, "m001", bad)
    run_ingest(never)
    run_ingest(mended)
    lines = {FIRST_LINE + index for index in plan}

    path = exported(mended, folder / "q.xlsx", from_landing=from_landing)
    _correct(path, plan, good)
    report = retries(mended, path)

    assert fates(report) == dict.fromkeys(lines, Fate.LOADED)
    assert loaded_rows(mended).equals(loaded_rows(never))
    assert lists(mended).exit_code == 0
    assert retries(mended, path).changed_nothing
    shutil.rmtree(folder)


HOURLY = "juguang__accounts"
HOURLY_HEADERS = ("时间", "消费", "展现量", "点击量", "账户ID")


def _hourly(home: Home, spend: str) -> None:
    """A report of one day by hours; `spend` stands in the row of two o'clock."""
    rows = [
        [
            f"2024-09-02 {hour:02d}:00 - {hour:02d}:59",
            spend if hour == 14 else "1.50",
            "9",
            "1",
            "7",
        ]
        for hour in range(24)
    ]
    path = home.inbox / "m001" / "hours.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HOURLY_HEADERS, *rows])
    run_ingest(home)


def _hours_of(home: Home) -> list[dict[str, object]]:
    """The rows that count; of a mended file there are two readings, and the later is whole."""
    tables = [pq.read_table(path) for path in (home.raw / HOURLY).glob("m001*.parquet")]
    rows = max(tables, key=lambda table: table.num_rows).to_pylist()
    own = [{k: v for k, v in row.items() if k[:1] != "_" or k == "_cut"} for row in rows]
    return sorted(own, key=lambda row: row["hour"])


@pytest.mark.parametrize("from_landing", [False, True])
def test_a_row_of_an_hour_keeps_its_hour_when_another_cell_is_mended(
    empty: Home, tmp_path: Path, from_landing: bool
) -> None:
    never, mended = copy_of(empty, tmp_path / "never"), copy_of(empty, tmp_path / "mended")
    _hourly(never, "7.00")
    _hourly(mended, "-7.00")
    path = exported(mended, tmp_path / "q.xlsx", from_landing=from_landing)
    (row,) = shown_rows(path, HOURLY).values()
    assert row["时间"] == "2024-09-02 14:00 - 14:59"
    typed(path, 16, {"消费": "7.00"}, HOURLY)
    assert fates(retries(mended, path)) == {16: Fate.LOADED}
    assert len(_hours_of(mended)) == 24
    assert _hours_of(mended) == _hours_of(never)
