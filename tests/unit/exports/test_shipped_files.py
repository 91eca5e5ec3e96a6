"""A small file of each source, written as the platform does, through the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from exports_kit import RECEIVED, at, read, write_sheet, write_text
from known_headers import HEADERS, JUGUANG, METRICS

from orchestration.exports.errors import ExportError
from orchestration.exports.reader import ReadResult

NOTE = "65f0a1b2c3d4e5f60718293a"
FIGURES = ("消费", "展现量", "点击量", "点击率", "7日支付订单量", "7日支付金额")
EXPORTED = datetime(2024, 7, 1, 1, 30, tzinfo=UTC)
ITEMS = (
    "商品ID",
    "商品NAME",
    "经营方式",
    "载体",
    "支付金额",
    "支付订单数",
    "发货前退款率（支付时间）",
)


def rows_of(path: Path, name: str | None = None) -> tuple[ReadResult, list[dict[str, Any]]]:
    """What is staged of a file that arrived under this name."""
    result, table = read(path, names=[(name or path.name, RECEIVED)])
    return result, table.to_pylist()


def report(folder: Path, title: str, headers: Sequence[str], *rows: Sequence[object]) -> Path:
    """A CSV of 聚光 with its byte order mark."""
    path = folder / f"聚光_{title}报表2024-07-01-09_30_0a1b2c3d.csv"
    return write_text(path, [headers, *rows], encoding="utf-8-sig")


def test_a_daily_account_report(tmp_path: Path) -> None:
    path = report(
        tmp_path,
        "账户",
        ("时间", "账户ID", "账户名称", *FIGURES, "首位曝光占比", "平均响应时长(分)"),
        ("合计", "-", "-", "1,434.50", "9,900", "330", "3.33%", "2", "199.00", "-", "-"),
        ("2024-06-24", "7001", "云朵", "1,234.50", "9,000", "300.0", "3.33%", "2", "￥199.00"),
        ("2024-06-25", "7001", "云朵", "200", "900", "30", "3.33%", "-", " ", "13.83%", "1.5"),
    )
    # The first row of figures ends before its last two cells do.
    text = path.read_text(encoding="utf-8-sig").replace("￥199.00", "￥199.00,,")
    path.write_text(text, encoding="utf-8-sig")
    result, (first, second) = rows_of(path)
    assert result.source == "juguang__accounts"
    assert (result.effective_at, result.is_effective_at_assumed) == (EXPORTED, False)
    assert result.skipped == {"total": 1}
    assert (first["stat_date"], first["hour"], first["_cut"]) == (date(2024, 6, 24), None, "day")
    assert (first["account_id"], first["spend"]) == ("7001", Decimal("1234.50"))
    assert (first["impressions"], first["clicks"]) == (9000, 300)
    assert first["gmv_paid_7d_by_click"] == Decimal("199.00")
    assert (second["orders_paid_7d_by_click"], second["gmv_paid_7d_by_click"]) == (None, None)
    assert second["first_impression_share"] == Decimal("0.138300")
    assert second["reply_minutes"] == Decimal("1.5000")
    assert {row["_parse_rule"] for row in (first, second)} == {None}


def test_an_hourly_report_is_another_cut_of_the_same_day(tmp_path: Path) -> None:
    headers = ("时间", "广告类型", "推广目标", *FIGURES)
    row = ("2024-06-24 14:00 - 14:59", "信息流", "点击量", "1.00", "10", "1", "10%", "0", "0")
    result, (only,) = rows_of(report(tmp_path, "账户", headers, row))
    assert result.source == "juguang__accounts"
    assert (only["stat_date"], only["hour"]) == (date(2024, 6, 24), 14)
    assert only["_cut"] == "hour/placement/optimize_goal"
    assert (only["placement"], only["optimize_goal"]) == ("信息流", "点击量")


@pytest.mark.parametrize("header", ["笔记ID", "笔记/素材ID"])
def test_a_total_row_of_a_note_report_stands_first_and_has_no_id(
    tmp_path: Path, header: str
) -> None:
    path = report(
        tmp_path,
        "笔记",
        ("时间", header, *FIGURES),
        ("合计123条记录", "-", "9.00", "90", "9", "10%", "0", "0"),
        ("2024/06/24", NOTE, "9.00", "90", "9", "10%", "0", "0"),
    )
    result, (only,) = rows_of(path)
    assert (result.source, result.skipped) == ("juguang__notes", {"total": 1})
    assert (only["note_id"], only["stat_date"]) == (NOTE, date(2024, 6, 24))


@pytest.mark.parametrize("source", JUGUANG)
def test_every_level_reads_every_figure(tmp_path: Path, source: str) -> None:
    headers = list(HEADERS[source])
    ones = {"时间": "2024-06-24", **dict.fromkeys(METRICS, "1")}
    result, (only,) = rows_of(report(tmp_path, "x", headers, [ones.get(h, "7") for h in headers]))
    assert (result.source, result.unknown_headers, only["_parse_rule"]) == (source, (), None)
    read_as = {column: only[column] for header, column in HEADERS[source].items() if column}
    assert {column for column, value in read_as.items() if value is None} == set()
    assert all(only[column] == 1 for header, column in METRICS.items() if column)


def item_rows(*cells: object) -> list[tuple[object, ...]]:
    return [ITEMS, (NOTE, "云朵抱枕", "全部", "全部", 900, 10, *cells)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("商品_销售明细_2024-06-24_2024-06-30_2024-07-01-09_30_0a1b2c3d.xlsx", "24", "30"),
        ("商品_销售明细_2024-06-24_2024-06-30.xlsx", "24", "30"),
        ("商品_销售明细_2024-06-24_2024-07-01-09_30_0a1b2c3d.xlsx", "24", "24"),
        ("商品_销售明细_2024-06-24.xlsx", "24", "24"),
        ("商品_销售明细2024-06-24至2024-06-30.xlsx", "24", "30"),
    ],
)
def test_item_details_take_their_days_from_the_name(
    tmp_path: Path, name: str, first: str, last: str
) -> None:
    path = write_sheet(tmp_path / "f.xlsx", item_rows("5.00%"))
    result, (only,) = rows_of(path, name)
    assert result.source == "qianfan__items"
    period = (only["period_from"].isoformat(), only["period_to"].isoformat())
    assert period == (f"2024-06-{first}", f"2024-06-{last}")
    assert only["refund_rate_before_shipping_by_pay_time"] == Decimal("0.050000")
    assert (only["paid_gmv"], only["orders"]) == (Decimal("900.00"), 10)
    assert result.is_effective_at_assumed == ("09_30" not in name)


@pytest.mark.parametrize(
    "name", ["商品_销售明细.xlsx", "商品_销售明细_2024-07-01-09_30_0a1b2c3d.xlsx"]
)
def test_item_details_without_days_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError):
        rows_of(write_sheet(tmp_path / "f.xlsx", item_rows("5.00%")), name)


def test_after_sales(tmp_path: Path) -> None:
    headers = [*HEADERS["qianfan__aftersales"], "买家昵称", "收件人电话"]
    row = ["S20240624001", "P1", "云朵抱枕", "仅退款", "不想要了", "售后完成", "1,059.00"]
    times = ["2024-06-20 10:00:00", "2024-06-24 10:00:00", "-"]
    path = tmp_path / "售后单查询2024-07-01-09_30_0a1b2c3d.xlsx"
    result, (only,) = rows_of(write_sheet(path, [headers, [*row, *times, "云", "130"]]))
    assert (result.source, result.effective_at) == ("qianfan__aftersales", EXPORTED)
    assert result.unknown_headers == ()
    assert only["requested_refund_amount"] == Decimal("1059.00")
    assert only["aftersale_created_at"] == at("2024-06-24 02:00:00")
    assert only["seller_confirmed_at"] is None
    assert result.first_row_date == date(2024, 6, 24)


def test_live_sessions(tmp_path: Path) -> None:
    headers = ("主播昵称", "直播开始时间", "直播时长（分钟）", "支付金额", "观看支付率", "支付人数")
    row = ("云朵家居", datetime(2024, 6, 24, 0, 30), 90.5, 880.1, 0.05, 7)  # noqa: DTZ001
    path = tmp_path / "直播数据2024-07-01-09_30_0a1b2c3d.xlsx"
    result, (only,) = rows_of(write_sheet(path, [headers, row]))
    assert (result.source, result.effective_at) == ("qianfan__live_sessions", EXPORTED)
    assert only["started_at"] == at("2024-06-23 16:30:00")
    assert (only["duration_min"], only["paid_gmv"]) == (Decimal("90.5000"), Decimal("880.10"))
    assert result.first_row_date == date(2024, 6, 24)


def test_shop_days(tmp_path: Path) -> None:
    headers = tuple(HEADERS["qianfan__shop_days"])
    path = tmp_path / "店铺数据2024-07-01-09_30_0a1b2c3d.xlsx"
    rows = [headers, ("合计", *["30"] * (len(headers) - 1)), ("2024-06-24", *[2] * 22)]
    result, (only,) = rows_of(write_sheet(path, rows))
    assert (result.source, result.skipped) == ("qianfan__shop_days", {"total": 1})
    assert (only["stat_date"], only["visitors"]) == (date(2024, 6, 24), 2)
    assert only["refund_amount"] == Decimal("2.00")


def test_grants(tmp_path: Path) -> None:
    headers = (
        "激励名称",
        "激励编号",
        "发放时间",
        "生效开始",
        "生效结束",
        "单位",
        "发放数量",
        "备注",
    )
    day = datetime(2024, 6, 24)  # noqa: DTZ001
    row = ("店播首播流量扶持", "JL0001", day, day, "2024/07/23", "曝光", "60,000", "电话 130")
    path = tmp_path / "激励到账2024-07-01-09_30.xlsx"
    result, (only,) = rows_of(write_sheet(path, [[*headers, "备注"], row]))
    assert (result.source, result.effective_at) == ("seedbed__incentive_grants", EXPORTED)
    assert only["granted_at"] == at("2024-06-23 16:00:00")
    assert (only["valid_from"], only["valid_to"]) == (date(2024, 6, 24), date(2024, 7, 23))
    assert only["granted_quantity"] == Decimal("60000.0000")
    assert "电话 130" not in str(only)


def test_the_export_time_is_the_last_one_in_a_name(tmp_path: Path) -> None:
    headers = ("时间", *FIGURES)
    row = ("2024-06-24", "1.00", "10", "1", "10%", "0", "0")
    path = report(tmp_path, "账户", headers, row)
    for name, is_assumed in (
        ("2024-06-01-08_00 聚光 2024-07-01-09_30.csv", False),
        ("聚光_2024-07-01-09_300.csv", True),
        ("聚光_2024-07-01.csv", True),
    ):
        result, _ = rows_of(path, name)
        assert result.is_effective_at_assumed == is_assumed, name
        assert (result.effective_at == EXPORTED) != is_assumed, name
