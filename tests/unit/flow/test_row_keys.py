"""What names a row in quarantine, under cuts and under terms that change on a day."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from flow_kit import SOURCE, account, at, covered, drop, run_ingest, spoilt, week_of_orders

from orchestration.home import Home
from orchestration.samples.workbooks import export_name

pytestmark = pytest.mark.slow

UNITS = "juguang__units"
HEADERS = ["时间", "账户ID", "单元ID", "投放位置", "消费", "展现量", "点击量"]
TERMS = (
    "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,breakdowns,"
    "export_time_pattern,period_pattern,skip_when,skip_reason\n"
)


def drop_report(home: Home, rows: list[list[str]], *, without: tuple[str, ...] = ()) -> Path:
    """A unit report of m001; `without` some of its columns."""
    kept = [place for place, header in enumerate(HEADERS) if header not in without]
    path = home.inbox / "m001" / f"聚光_单元报表2024-09-09-09_30_{len(without)}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([row[place] for place in kept] for row in [HEADERS, *rows])
    return path


def rows_of(home: Home, folder: Path, source: str) -> list[dict[str, Any]]:
    return [
        row
        for path in folder.glob(f"{source}/m*.parquet")
        for row in pq.read_table(path).to_pylist()
    ]


def unit(day: str, unit_id: str, spend: str = "1.00", place: str = "搜索") -> list[str]:
    return [day, "7001", unit_id, place, spend, "100", "5"]


def test_a_rejected_row_of_a_report_has_the_key_that_a_loaded_one_would_have(home: Home) -> None:
    drop_report(
        home,
        [
            unit("2024-09-02", "91"),
            unit("2024-09-02", "92", spend="-5.00"),
            unit("2024-09-03 14:00 - 14:59", "93", spend="-5.00"),
            unit("2024-09-03", "", spend="1.00"),
            *(unit("2024-09-04", f"{number}") for number in range(100, 120)),
        ],
    )
    run_ingest(home)
    found = {row["_row_number"]: row["row_key"] for row in rows_of(home, home.quarantine, UNITS)}
    assert found == {
        3: "day/placement/7001/92/2024-09-02",
        4: "hour/placement/7001/93/2024-09-03",
        5: "day/placement/7001//2024-09-03",
    }
    loaded = rows_of(home, home.raw, UNITS)[0]
    names = ("_cut", "account_id", "unit_id", "stat_date")
    assert "/".join(str(loaded[name]) for name in names) == "day/placement/7001/91/2024-09-02"


def test_what_a_file_does_not_tell_leaves_its_part_of_the_key_blank(home: Home) -> None:
    rows = [unit("2024-09-02", f"{number}") for number in range(100, 120)]
    drop_report(home, [*rows, unit("2024-09-03", "92", "-1")], without=("账户ID", "投放位置"))
    run_ingest(home)
    (row,) = rows_of(home, home.quarantine, UNITS)
    assert (row["row_key"], row["row_date"]) == ("day//92/2024-09-03", date(2024, 9, 3))


def test_each_file_is_judged_by_the_terms_of_the_day_of_its_export(home: Home) -> None:
    """From 10 September on, lines are told apart by their goods and dated by their creation."""
    path = home.layouts / SOURCE / "layout.csv"
    path.parent.mkdir(parents=True)
    pattern = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})-(?P<hour>\d{2})_(?P<minute>\d{2})"
    path.write_text(
        f"{TERMS}{SOURCE},2024-09-10,Orders by goods,,rows,0,order_id merchant_sku,created_at,,"
        f"小红书订单查询{pattern}(?!\\d),,,\n",
        encoding="utf-8",
    )
    rows = week_of_orders()
    # Created the evening before they are paid, so that the two days differ.
    rows = [row | {"订单创建时间": "2024-08-30 23:50:00"} for row in spoilt(rows, 1)]
    old, new = export_name(at("2024-09-09 09:30")), export_name(at("2024-09-10 09:30"))
    drop(home, "m001", rows, name=old)
    drop(home, "m001", rows[:-1], name=new)

    report = run_ingest(home)

    first = rows[0]
    keys = {
        row["_file_sha256"]: (row["row_key"], row["row_date"])
        for row in rows_of(home, home.quarantine, SOURCE)
    }
    paid_on = date.fromisoformat(first["支付时间"][:10])
    assert keys == {
        account(report, "m001", old).file_sha256: (first["订单号"], paid_on),
        account(report, "m001", new).file_sha256: (
            f"{first['订单号']}/{first['商家编码']}",
            date(2024, 8, 30),
        ),
    }
    runs = {row["file_sha256"]: (row["covered_from"], row["covered_to"]) for row in covered(home)}
    assert runs == {
        account(report, "m001", old).file_sha256: (date(2024, 9, 2), date(2024, 9, 8)),
        account(report, "m001", new).file_sha256: (date(2024, 8, 30), date(2024, 8, 30)),
    }
