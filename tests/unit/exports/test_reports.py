"""Cuts, hours, periods, owners and repairs: what reports ask of the reader beyond orders."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from exports_kit import RECEIVED, key_of, order, read, write_sheet, write_text
from report_kit import HEADERS, report_book

from orchestration.exports.effective import Receipt
from orchestration.exports.errors import (
    ExportError,
    MissingHeader,
    UnreadableFile,
    UnrecognisedFile,
)
from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.owners import Owned

ITEM_HEADERS = ["货品编号", "货品金额"]


@pytest.fixture
def book(tmp_path: Path) -> LayoutBook:
    return report_book(tmp_path / "layouts")


def rows_of(book: LayoutBook, path: Path, **words: Any) -> list[dict[str, Any]]:
    return read(path, book=book, **words)[1].to_pylist()


def test_an_hour_range_gives_day_hour_and_another_cut(book: LayoutBook, tmp_path: Path) -> None:
    cells = [
        "2024-06-24",
        "2024-06-24 14:00 - 14:59",
        "2024/06/24 09:00-10:00",
        "2024-06-24 23:00 - 24:00",
    ]
    path = write_text(tmp_path / "u.csv", [HEADERS, *([cell, "7", "1", "1"] for cell in cells)])
    found = [(r["stat_date"], r["stat_hour"], r["_cut"]) for r in rows_of(book, path)]
    day = date(2024, 6, 24)
    assert found == [(day, None, "day"), (day, 14, "hour"), (day, 9, "hour"), (day, 23, "hour")]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-06-24 14:00 - 16:59",
        "2024-06-24 14:30 - 14:59",
        "2024-06-24 14:00",
        "2024-06-24 25:00 - 25:59",
    ],
)
def test_a_range_that_is_no_hour_is_no_day_either(
    book: LayoutBook, tmp_path: Path, cell: str
) -> None:
    path = write_text(tmp_path / "u.csv", [HEADERS, [cell, "7", "1", "1"]])
    (row,) = rows_of(book, path)
    assert (row["_parse_rule"], row["stat_date"], row["stat_hour"]) == (
        "stat_date_unreadable",
        None,
        None,
    )


def test_a_file_with_breakdown_columns_is_another_cut(book: LayoutBook, tmp_path: Path) -> None:
    headers = [*HEADERS, "营销诉求", "投放位置"]
    path = write_text(tmp_path / "u.csv", [headers, ["2024-06-24", "7", "1", "1", "种草", "搜索"]])
    assert [row["_cut"] for row in rows_of(book, path)] == ["day/placement/goal"]


def test_a_family_gives_its_spellings_to_every_level(book: LayoutBook, tmp_path: Path) -> None:
    headers = ["时间", "账户ID", "单元ID", "消耗", "平均响应时长(分)", "占比"]
    values = ["2024-06-24", "7", "1", "1,234.50", "2.345", "13.83%"]
    (row,) = rows_of(book, write_text(tmp_path / "u.csv", [headers, values]))
    assert (row["spend"], row["reply_minutes"], row["share"]) == (
        Decimal("1234.50"),
        Decimal("2.3450"),
        Decimal("0.138300"),
    )


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("0.1383", "0.138300"),
        ("0", "0"),
        ("1", "1"),
        ("１３．８３％", "0.1383"),
        ("120%", "1.2"),
        ("13.83", None),
        ("1.5", None),
    ],
)
def test_a_share_without_its_sign_must_be_one(
    book: LayoutBook, tmp_path: Path, cell: str, share: str | None
) -> None:
    headers = [*HEADERS, "占比"]
    path = write_text(tmp_path / "u.csv", [headers, ["2024-06-24", "7", "1", "1", cell]])
    (row,) = rows_of(book, path)
    assert row["share"] == (None if share is None else Decimal(share))
    assert row["_parse_rule"] == (None if share else "share_unreadable")


def test_a_finer_report_is_never_read_as_a_coarser_one(book: LayoutBook, tmp_path: Path) -> None:
    path = write_text(
        tmp_path / "u.csv", [[*HEADERS, "创意ID"], ["2024-06-24", "7", "1", "1", "9"]]
    )
    with pytest.raises((UnrecognisedFile, MissingHeader)):
        read(path, book=book)


TOTALS = [
    ["合计", "", "", "11.00"],
    ["合计123条记录", "-", "-", "11.00"],
    ["总计", "7", "", "11.00"],
    ["", "合计", "-", "11.00"],
    ["-", "7", "合计", "11.00"],
]


@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("is_first", [True, False])
def test_totals_in_every_shape_are_skipped_and_counted(
    book: LayoutBook, tmp_path: Path, total: list[str], is_first: bool
) -> None:
    data = [["2024-06-24", "7", "1", "5.00"], ["2024-06-24", "7", "2", "6.00"]]
    rows = [total, *data] if is_first else [*data, total]
    result, table = read(write_text(tmp_path / "u.csv", [HEADERS, *rows]), book=book)
    assert result.skipped == {"total": 1}
    assert table["spend"].to_pylist() == [Decimal("5.00"), Decimal("6.00")]


class TestPeriods:
    ROWS = (ITEM_HEADERS, ["a", "5"], ["b", "6"])

    @pytest.mark.parametrize(
        ("name", "days"),
        [
            ("明细20240624-20240630.csv", (date(2024, 6, 24), date(2024, 6, 30))),
            ("明细20240624.csv", (date(2024, 6, 24), date(2024, 6, 24))),
        ],
    )
    def test_the_name_tells_the_days(
        self, book: LayoutBook, tmp_path: Path, name: str, days: tuple[date, date]
    ) -> None:
        result, table = read(write_text(tmp_path / name, self.ROWS), book=book)
        assert {(r["period_from"], r["period_to"]) for r in table.to_pylist()} == {days}
        assert result.row_day_runs == [[day.isoformat() for day in days]]

    def test_else_somebody_declares_them(self, book: LayoutBook, tmp_path: Path) -> None:
        declared = (date(2024, 6, 24), date(2024, 6, 25))
        path = write_text(tmp_path / "i.csv", self.ROWS)
        result, _ = read(path, book=book, receipts=[Receipt("i.csv", RECEIVED, declared=declared)])
        assert result.period == declared

    def test_else_the_file_is_refused(self, book: LayoutBook, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFile, match=r"which days it speaks for.*--covers"):
            read(write_text(tmp_path / "i.csv", self.ROWS), book=book)

    @pytest.mark.parametrize("name", ["明细20240631.csv", "明细20240630-20240624.csv"])
    def test_days_that_cannot_be_are_refused(
        self, book: LayoutBook, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(ExportError, match=r"does not exist|ends before"):
            read(write_text(tmp_path / name, self.ROWS), book=book)


class TestOwners:
    NO_ACCOUNT = (["时间", "单元ID", "消费"], ["2024-06-24", "1", "1"])
    TWO = Owned(accounts={"test": ("7001", "7002")})

    def test_the_only_account_needs_no_telling(self, book: LayoutBook, tmp_path: Path) -> None:
        path = write_text(tmp_path / "u.csv", self.NO_ACCOUNT)
        (row,) = rows_of(book, path, owned=Owned(accounts={"test": ("7001",), "other": ("9",)}))
        assert row["account_id"] == "7001"

    def test_of_two_accounts_one_must_be_told(self, book: LayoutBook, tmp_path: Path) -> None:
        path = write_text(tmp_path / "u.csv", self.NO_ACCOUNT)
        with pytest.raises(UnreadableFile, match=r"7001, 7002.*which one"):
            read(path, book=book, owned=self.TWO)

    @pytest.mark.parametrize(
        "receipt",
        [
            Receipt("u.csv", RECEIVED, folder="7002"),
            Receipt("u.csv", RECEIVED, folder="2024-06-24_2024-06-30/7002"),
            Receipt("报表_7002_2024.csv", RECEIVED),
        ],
    )
    def test_a_folder_or_a_name_tells_it(
        self, book: LayoutBook, tmp_path: Path, receipt: Receipt
    ) -> None:
        path = write_text(tmp_path / "u.csv", self.NO_ACCOUNT)
        (row,) = rows_of(book, path, owned=self.TWO, receipts=[receipt])
        assert row["account_id"] == "7002"

    def test_an_id_within_another_number_tells_nothing(
        self, book: LayoutBook, tmp_path: Path
    ) -> None:
        path = write_text(tmp_path / "u.csv", self.NO_ACCOUNT)
        with pytest.raises(UnreadableFile, match="which one"):
            read(path, book=book, owned=self.TWO, receipts=[Receipt("970021.csv", RECEIVED)])

    def test_rows_that_name_theirs_are_believed(self, book: LayoutBook, tmp_path: Path) -> None:
        path = write_text(tmp_path / "u.csv", [HEADERS, ["2024-06-24", "0042", "1", "1"]])
        result, table = read(path, book=book, owned=self.TWO)
        assert table["account_id"].to_pylist() == ["0042"]
        assert result.owner_ids == {"account_id": ("0042",)}


def test_a_title_tells_the_export_time(book: LayoutBook, tmp_path: Path) -> None:
    rows = [["导出时间：2024-07-01 09:30:05"], HEADERS, ["2024-06-24", "7", "1", "1"]]
    result, _ = read(write_text(tmp_path / "u.csv", rows), book=book)
    assert (result.effective_at, result.is_effective_at_assumed) == (
        datetime(2024, 7, 1, 1, 30, 5, tzinfo=UTC),
        False,
    )
    assert result.skipped == {"title": 1}


def test_a_zip_tells_the_time_of_its_member(book: LayoutBook, tmp_path: Path) -> None:
    told = datetime(2024, 7, 1, tzinfo=UTC)
    path = write_text(tmp_path / "u.csv", [HEADERS, ["2024-06-24", "7", "1", "1"]])
    receipt = Receipt("a.zip/u.csv", RECEIVED, told_at=told)
    assert read(path, book=book, receipts=[receipt])[0].effective_at == told


class TestRepairs:
    def test_a_mended_cell_counts_and_the_reading_says_so(self, tmp_path: Path) -> None:
        path = write_sheet(tmp_path / "o.xlsx", _with_order(paid_amount="1,23"))
        before, _ = read(path)
        result, table = read(path, repairs={3: {"paid_amount": "1.23"}})
        assert table["paid_amount"].to_pylist() == [Decimal("20.00"), Decimal("1.23")]
        assert table["_parse_rule"].to_pylist() == [None, None]
        assert result.reader_revision != before.reader_revision
        assert result.reader_revision.startswith(before.reader_revision)

    def test_the_same_repairs_give_the_same_address(self, tmp_path: Path) -> None:
        path = write_sheet(tmp_path / "o.xlsx", _with_order(paid_amount="1,23"))
        one = {3: {"paid_amount": "1.23", "quantity": "2"}, 2: {"quantity": "1"}}
        other = {2: {"quantity": "1"}, 3: {"quantity": "2", "paid_amount": "1.23"}}
        assert (
            read(path, repairs=one)[0].reader_revision
            == read(path, repairs=other)[0].reader_revision
        )

    def test_a_discarded_row_is_skipped_and_counted(self, tmp_path: Path) -> None:
        path = write_sheet(tmp_path / "o.xlsx", _with_order(paid_amount="1,23"))
        result, table = read(path, repairs={3: {"_discard": "yes"}})
        assert (result.skipped, table.num_rows) == ({"discarded": 1}, 1)

    def test_a_mended_buyer_comes_as_key(self, tmp_path: Path) -> None:
        path = write_sheet(tmp_path / "o.xlsx", _with_order(customer="1.23457E+17"))
        _, table = read(path, repairs={3: {"customer_key": key_of("123457")}})
        assert table["customer_key"].to_pylist() == [key_of("17850"), key_of("123457")]

    def test_a_row_of_another_length_is_whole_once_mended(self, tmp_path: Path) -> None:
        from exports_kit import REQUIRED

        cells: dict[str, str] = {}
        names = ("order_id", "order_status", "paid_at", "quantity", "paid_amount")
        for name, cell in zip(names, order(), strict=False):
            cells[name] = str(cell)
        path = write_text(tmp_path / "o.csv", [REQUIRED, order()[:3], order()])
        _, table = read(path, repairs={2: cells})
        assert table["_parse_rule"].to_pylist() == [None, None]
        assert table["order_id"].to_pylist() == ["P1", "P1"]


def _with_order(**cells: object) -> list[list[object]]:
    from exports_kit import REQUIRED

    return [list(REQUIRED), order(), order(order_id="P2", **cells)]
