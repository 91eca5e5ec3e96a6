"""What stands under a header: types over all cells, ids, signs, and what looks like a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports_kit import write_sheets, write_text
from learn_kit import BOOK, LIMITS, profile_of, table_of

from orchestration.exports.errors import UnreadableFile
from orchestration.exports.learn.profile import distinct_rows, profiles
from orchestration.exports.learn.table import open_table
from orchestration.exports.learn.types import infer

# --- types


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("某数", ["1", "1,234", "-", ""], "integer"),
        ("某数", ["1", "2.5"], "decimal"),
        ("时长", ["1.25", "0.5"], "decimal"),
        ("支付金额", ["12", "1,234.50"], "money"),
        ("某数", ["￥12", "¥0.50"], "money"),
        ("完播率", ["13.83%", "0%"], "rate"),
        ("完播率", ["0.1383", "1"], "rate"),
        ("某数", ["13.83%", "5%"], "rate"),
        ("是否", ["0", "1"], "integer"),
        ("直接支付Roi", ["1.27", "0.30"], "decimal"),
        ("日子", ["2024-09-02", "2024/9/3"], "date"),
        ("时刻", ["2024-09-02 10:00:00", "2024-09-03 00:00:00"], "timestamp"),
        ("时刻", ["2024-09-02 00:00:00"], "date"),
        # Ids, whatever they look like.
        ("编码", ["0012", "34"], "text"),
        ("某数", ["012", "34"], "text"),
        ("某数", ["123456789012345"], "text"),
        ("笔记ID", ["12", "13"], "text"),
        ("商品编号", ["12"], "text"),
        # Never a guess: one cell that does not read leaves a column as text.
        ("支付金额", ["12.00"] * 99 + ["12,34"], "text"),
        ("日子", ["2024-09-02", "01/02/2024"], "text"),
        ("日子", ["2024-09-02", "2024-09-02 10:00:00"], "text"),
        ("某词", ["甲", "乙"], "text"),
    ],
)
def test_the_type_is_that_of_every_cell(
    tmp_path: Path, header: str, cells: list[str], expected: str
) -> None:
    profile = profile_of(tmp_path, *cells, header=header)
    assert infer(header, profile).type == expected


def test_hours_of_a_day_are_a_date(tmp_path: Path) -> None:
    cells = ["2024-09-02 14:00 - 14:59", "2024-09-02"]
    inferred = infer("时间", profile_of(tmp_path, *cells, header="时间"))
    assert (inferred.type, inferred.has_hours) == ("date", True)


def test_almost_all_cells_are_told_and_not_guessed(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, *["12.00"] * 99, "12,34", header="支付金额")
    assert "1 of 100 cells are no money" in infer("支付金额", profile).why


def test_an_empty_column_has_no_type(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, "", "-", " ")
    assert (profile.rows, profile.filled, profile.examples) == (3, 0, ())
    assert "no cell of it is filled" in infer("新指标", profile).why


def test_totals_empty_rows_and_rows_of_another_length_do_not_count(tmp_path: Path) -> None:
    _, found = table_of(
        tmp_path,
        ["时间", "新指标"],
        ["2024-09-02", "1"],
        ["合计3条记录", "x"],
        ["", ""],
        ["2024-09-03", "2", "3"],
        ["2024-09-03", "4"],
    )
    assert (found[1].rows, found[1].filled) == (2, 2)
    assert found[1].reads_as("integer")


def test_a_number_cell_that_lost_its_digits_is_no_text(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "x.xlsx", {"S": [["单号", "某"], [1234567890123456789, "a"]]})
    profile = profiles(open_table(path, path.name, BOOK))[0]
    assert profile.counts["text"] == 0


# --- persons


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (["13912345678", "13800000000"], "mobile numbers"),
        (["+86 13912345678"], "mobile numbers"),
        (["139****5678"], "mobile numbers"),
        (["13912345678", "无"], "mobile numbers"),
        (["请打 13912345678", *["好"] * 99], "mobile numbers among words"),
        (["0571-88886666"], "telephone numbers"),
        (["110101199001011234", "11010119900101123X"], "numbers of identity cards"),
        (["someone@example.com"], "e-mail addresses"),
        (["浙江省杭州市西湖区某路12号3单元"], "addresses"),
    ],
)
def test_cells_that_tell_of_a_person(tmp_path: Path, cells: list[str], what: str) -> None:
    assert profile_of(tmp_path, *cells).personal == what


@pytest.mark.parametrize(
    "cells",
    [
        ["7000011", "7000012"],
        ["P123912345678901", "P123912345678902"],
        ["5318b13912345678a75c70e8", "169ecbf47c09979a82d20259"],
        ["https://www.example.com/explore/13912345678/x"],
        ["13912345678.50", "12.00"],
        ["20240902", "20240903"],
        ["城市街区风衣 3 件", "县城号外"],
        ["13912345678", "1", "2", "3"],
        [],
    ],
)
def test_cells_that_tell_of_nobody(tmp_path: Path, cells: list[str]) -> None:
    assert profile_of(tmp_path, *cells).personal is None


# --- the table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_however_it_is_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["到访日", "人次"], ["2024-09-02", "5"], ["2024-09-03", "7"]]
    path = write_text(tmp_path / "x.csv", rows, encoding=encoding, delimiter=delimiter)
    table = open_table(path, path.name, BOOK)
    assert [table.spelling(place) for place in table.columns] == ["到访日", "人次"]
    assert profiles(table)[1].counts["integer"] == 2


def test_titles_above_an_unknown_header(tmp_path: Path) -> None:
    rows = [
        ["某报表", "", ""],
        ["2024-09-02 至 2024-09-08", "", ""],
        ["日", "词", "数"],
        ["1", "a", 2],
    ]
    path = write_text(tmp_path / "x.csv", rows)
    assert open_table(path, path.name, BOOK).header == ("日", "词", "数")


def test_a_cover_sheet_is_not_meant(tmp_path: Path) -> None:
    sheets = {"说明": [["只是说明"]], "数据": [["到访日", "人次"], ["2024-09-02", 5]]}
    path = write_sheets(tmp_path / "x.xlsx", sheets)
    assert open_table(path, path.name, BOOK).sheet == "数据"


def test_two_sheets_alike_are_refused(tmp_path: Path) -> None:
    rows = [["到访日", "人次"], ["2024-09-02", 5]]
    path = write_sheets(tmp_path / "x.xlsx", {"一": rows, "二": rows})
    with pytest.raises(UnreadableFile, match="the sheets '一', '二' may all be meant"):
        open_table(path, path.name, BOOK)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "it is empty"),
        (b"<html></html>", "a web page"),
        ("只有一列\n1\n2\n".encode(), "only one column can be told apart"),
        (b"\n\n\n", "nothing in it can be seen"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=sentence):
        profiles(open_table(path, path.name, BOOK))


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("到访日,人次,次数\n2024-09-02,5,6\n2024-09-0".encode())
    with pytest.raises(UnreadableFile, match="cut off"):
        profiles(open_table(path, path.name, BOOK))


def test_different_rows_are_counted_over_some_columns(tmp_path: Path) -> None:
    rows = [[f"d{n % 3}", f"k{n % 2}", n] for n in range(12)]
    table, _ = table_of(tmp_path, ["日", "词", "数"], *rows, ["合计", "", ""])
    assert distinct_rows(table, LIMITS, [[0], [0, 1], [0, 1, 2]]) == [3, 6, 12]
