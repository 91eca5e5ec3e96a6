"""A layout for a file nobody has seen: names, types, day, key, patterns; and its rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from learn_kit import new_layout

from orchestration.exports.effective import export_time
from orchestration.exports.layout.book import Layout
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.learn.file_name import name_patterns, source_of
from orchestration.exports.learn.proposal import LearnError, left
from orchestration.exports.learn.unseen import NewLayout
from orchestration.exports.learn.written import COLUMNS, IGNORED, LAYOUT, rows_of, with_rows
from orchestration.periods import business_day

DAY = date(2024, 9, 16)
WEEK = (date(2024, 6, 24), date(2024, 6, 30))


def days(count: int = 3) -> list[str]:
    return [f"2024-06-{24 + n:02d}" for n in range(count)]


def written(folder: Path, new: NewLayout) -> Layout:
    """The layout as it loads from the files that would be written."""
    target = folder / "layouts" / new.source
    target.mkdir(parents=True)
    for name, rows in rows_of(new.proposals, new, "export.csv", DAY).items():
        (target / name).write_text(with_rows(name, None, rows), encoding="utf-8")
    return load_layouts(folder / "layouts").get(new.source)


def columns(new: NewLayout) -> dict[str, tuple[str, str, str]]:
    return {one.header: (one.column, one.type, one.required) for one in new.mapped}


# --- columns


def test_names_types_and_needs(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path,
        [
            "时间",
            "笔记ID",
            "消费",
            "展现量",
            "新客曝光",
            "首屏占比",
            "Order Count",
            "Select",
            "点击率",
        ],
        *([day, f"n{n}", "1.50", "2,000", n, "5%", n, n, "3%"] for day in days() for n in range(2)),
        source="juguang__news",
    )
    assert columns(new) == {
        "时间": ("stat_date", "date", "value"),
        "笔记ID": ("note_id", "text", "value"),
        "消费": ("spend", "money", "no"),
        "展现量": ("impressions", "integer", "no"),
        "新客曝光": ("column_05", "integer", "no"),
        "首屏占比": ("column_06", "rate", "header"),
        "Order Count": ("order_count", "integer", "header"),
        "Select": ("column_08", "integer", "header"),
    }
    assert {one.header: one.action for one in new.proposals}["点击率"] == "ignore"
    layout = written(tmp_path, new)
    assert [c.name for c in layout.required] == [
        *("stat_date", "note_id", "column_06", "order_count", "column_08")
    ]
    assert layout.ignored["点击率"] == "not_used"


def test_a_name_is_used_once(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path,
        ["时间", "消费", "花费", "hour", "Visits", "visits!"],
        *([day, "1.50", "2.50", n, n, n] for n, day in enumerate(days())),
    )
    names = [one.column for one in new.mapped]
    assert names == ["stat_date", "spend", "column_03", "column_04", "visits", "column_06"]
    assert written(tmp_path, new).column_of["花费"] == "column_03"


def test_two_columns_of_one_header_stay_unknown(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path, ["时间", "次数", "次数"], *([day, n, n] for n, day in enumerate(days()))
    )
    assert [one.action for one in new.proposals] == ["map", "leave", "leave"]


def test_persons_are_dropped_and_listed(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path,
        ["时间", "联系人", "编码", "用户编号"],
        *([day, "某某", "13912345678", "17850"] for day in days()),
    )
    layout = written(tmp_path, new)
    assert {h: r for h, r in layout.ignored.items() if r == "personal"} == {
        "联系人": "personal",
        "编码": "personal",
        "用户编号": "personal",
    }
    assert list(layout.columns) == ["stat_date"]


def test_an_empty_column_stays_unknown(tmp_path: Path) -> None:
    new = new_layout(tmp_path, ["时间", "空"], *([day, ""] for day in days()))
    assert [one.action for one in new.proposals] == ["map", "leave"]


def test_a_known_name_over_almost_right_cells_is_doubtful(tmp_path: Path) -> None:
    rows = [[day, "1.50"] for day in days(6)] + [["2024-06-30", "1,5"]]
    new = new_layout(tmp_path, ["时间", "消费"], *rows)
    (spend,) = [one for one in new.proposals if one.header == "消费"]
    assert (spend.column, spend.type, spend.is_sure) == ("spend", "money", False)
    assert "1 of 7 cells do not" in spend.why[1]


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match="no column of it can be read"):
        new_layout(tmp_path, ["姓名", "电话"], ["某", "1"])


# --- the day


def test_hours_make_cuts(tmp_path: Path) -> None:
    hours = [f"2024-06-24 {n:02d}:00 - {n:02d}:59" for n in range(3)]
    new = new_layout(tmp_path, ["时间", "笔记ID", "新词"], *([h, "n1", 1] for h in hours))
    assert (new.day, new.has_hours, new.replace_by) == (
        *("stat_date", True),
        ("_cut", "note_id", "stat_date"),
    )
    layout = written(tmp_path, new)
    assert (layout.columns["hour"].derived_from, layout.has_cuts) == ("stat_date", True)


def test_a_day_that_every_row_has_goes_before_one_that_some_have(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path,
        ["完成时间", "下单时间", "单号"],
        *(
            [f"{day} 10:00:00" if n else "", f"{day} 09:00:00", f"k{n}"]
            for n, day in enumerate(days())
        ),
    )
    assert new.day == "column_02"
    assert columns(new)["下单时间"][2] == "value"


def test_without_a_day_the_file_tells_its_days(tmp_path: Path) -> None:
    new = new_layout(
        tmp_path,
        ["商品ID", "销量"],
        *([f"g{n}", n] for n in range(3)),
        name="销量_20240624-20240630.csv",
    )
    assert (new.day, new.replace_by) == ("", ("item_id", "period_from", "period_to"))
    layout = written(tmp_path, new)
    assert layout.needs_period
    terms = layout.terms[-1]
    assert (terms.coverage, terms.date_columns) == ("declared", ("period_from", "period_to"))
    assert terms.period_pattern is not None
    assert terms.period_pattern.search("销量_20240701-20240707.csv")


# --- the key


@pytest.mark.parametrize(
    ("header", "rows", "key"),
    [
        # An event names itself; its time may change.
        (
            ["时刻", "单号", "店铺ID"],
            [[f"{d} 10:00:00", f"k{n}", "s1"] for n, d in enumerate(days())],
            ("column_02", "shop_id"),
        ),
        # A report says the same ids every day, even if this file has each of them once.
        (
            ["时间", "笔记ID"],
            [[d, f"n{n}"] for n, d in enumerate(days())],
            ("note_id", "stat_date"),
        ),
        # Of ids that would all do, the finest.
        (
            ["时间", "计划ID", "单元ID"],
            [[d, f"c{n // 2}", f"u{n}"] for d in days() for n in range(4)],
            ("unit_id", "stat_date"),
        ),
        # Two ids where one is not enough.
        (
            ["时间", "计划ID", "词ID"],
            [[d, f"c{n // 2}", f"w{n % 2}"] for d in days() for n in range(4)],
            ("campaign_id", "column_03", "stat_date"),
        ),
        # No ids at all: one row a day.
        (["时间", "次数"], [[d, n] for n, d in enumerate(days())], ("stat_date",)),
        # Nothing tells rows apart: the day and all ids.
        (
            ["时间", "笔记ID", "次数"],
            [["2024-06-24", "n1", n] for n in range(3)],
            ("note_id", "stat_date"),
        ),
        # An id that some rows lack is none.
        (
            ["时间", "笔记ID", "单元ID"],
            [[d, "" if d == days()[0] else "n1", "u1"] for d in days()],
            ("unit_id", "stat_date"),
        ),
    ],
)
def test_what_newer_files_replace_by(
    tmp_path: Path, header: Sequence[str], rows: Sequence[Sequence[str]], key: tuple[str, ...]
) -> None:
    new = new_layout(tmp_path, header, *rows)
    assert new.replace_by == key
    layout = written(tmp_path, new)
    assert all(layout.columns[name].required == "value" for name in key)


# --- what the name of a file tells


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("聚光_账户报表2024-07-01-08_03_5c5c.csv", "2024-07-01 08:03"),
        ("x_20240701093015.xlsx", "2024-07-01 09:30"),
        ("x_20240701-0930.csv", "2024-07-01 09:30"),
        ("x_20240701_093015.csv", "2024-07-01 09:30"),
        ("x 2024-07-01 09.30.15.csv", "2024-07-01 09:30"),
        ("x_2024-06-24_2024-06-30_2024-07-01-08_10.csv", "2024-07-01 08:10"),
        ("x_20240624-20240630_20240701.csv", "2024-07-01 00:00"),
        ("x_2024-07-01.csv", "2024-07-01 00:00"),
        # Not the time of an export: that of the last row, one before it, part of a number.
        ("x_2024-06-30.csv", None),
        ("x_2024-06-25-08_00.csv", None),
        ("p992024070112345678.csv", None),
        ("x_2024-13-01.csv", None),
        ("x.csv", None),
    ],
)
def test_the_time_of_the_export(name: str, moment: str | None) -> None:
    found = name_patterns(name, WEEK)
    told = export_time(name, re.compile(found.export_time)) if found.export_time else None
    local = told and f"{business_day(told)} {(told.hour + 8) % 24:02d}:{told.minute:02d}"
    assert local == moment


def test_the_days_of_a_name_must_hold_those_of_the_rows() -> None:
    name = "x_20240624-20240630.csv"
    assert name_patterns(name, WEEK).period
    found = name_patterns(name, (date(2024, 6, 20), date(2024, 6, 25)))
    assert found.period == ""
    assert "are not those of its rows" in found.why[0]
    assert name_patterns("x_20240630-20240624.csv", WEEK).period == ""


def test_a_single_day_is_that_of_rows_which_tell_none() -> None:
    found = name_patterns("x_2024-06-30.csv", None)
    assert (found.export_time, bool(found.period)) == ("", True)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("小红书乘风_2024-06-30_某店_笔记_标准投数据.csv", "chengfeng__notes"),
        ("聚光Lite_账户.csv", "juguang_lite__accounts"),
        ("蒲公英订单.xlsx", "pugongying__orders"),
        ("聚光_搜索词.csv", "juguang__search_words"),
        ("千帆.csv", None),
        ("x.csv", None),
    ],
)
def test_what_a_name_says_it_is(name: str, source: str | None) -> None:
    assert source_of(name) == source


# --- as CSV


def test_rows_are_added_behind_those_that_are_there(tmp_path: Path) -> None:
    new = new_layout(tmp_path, ["时间", "次数"], *([d, n] for n, d in enumerate(days())))
    rows = rows_of(new.proposals, new, "export.csv", DAY)
    before = "column,header,type,required,valid_from,certainty,note\nx,某列,text,no,,seen,mine"
    text = with_rows(COLUMNS, before, rows[COLUMNS])
    lines = list(csv.reader(io.StringIO(text)))
    assert text.startswith(before + "\n")
    assert lines[2:] == [list(row) for row in rows[COLUMNS]]
    assert lines[2][-2:] == ["seen", "learnt from export.csv on 2024-09-16"]


def test_a_new_file_is_utf_8_for_spreadsheets_too(tmp_path: Path) -> None:
    text = with_rows(IGNORED, None, [["姓名", "personal"]])
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.endswith("header,reason\n姓名,personal\n")
    assert with_rows(IGNORED, text, [["电话", "personal"]]).count("header,reason") == 1


def test_a_hostile_name_of_a_file_stays_one_line_of_text(tmp_path: Path) -> None:
    new = new_layout(tmp_path, ["时间", "次数"], *([d, n] for n, d in enumerate(days())))
    name = '=cmd|"x"\n,\u202e\x1b[35m.csv'
    rows = rows_of(new.proposals, new, name, DAY)
    text = with_rows(LAYOUT, None, rows[LAYOUT])
    (_, terms) = list(csv.reader(text.splitlines()))
    assert len(terms) == len(rows[LAYOUT][0])
    assert not any(mark in text for mark in ("\u202e", "\x1b"))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in terms)


def test_what_is_left_is_not_written(tmp_path: Path) -> None:
    new = new_layout(tmp_path, ["时间", "次数"], *([d, n] for n, d in enumerate(days())))
    kept = [left(one) if one.header == "次数" else one for one in new.proposals]
    assert [row[1] for row in rows_of(kept, new, "x.csv", DAY)[COLUMNS]] == ["时间"]
