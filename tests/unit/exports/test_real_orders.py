"""The 16 real workbooks, against a plain second reading of the same cells."""

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from exports_kit import RECEIVED, key_of, read
from python_calamine import CalamineWorkbook

from orchestration.exports.coverage import covered_runs
from orchestration.exports.reader import ReadResult
from orchestration.samples.demo import REAL_ORDERS

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).parents[2] / "fixtures" / "real_orders"
WORKBOOKS = sorted([*FIXTURES.glob("*.xlsx"), *REAL_ORDERS.glob("*.xlsx")], key=lambda p: p.name)


@pytest.fixture(scope="module")
def readings() -> list[tuple[ReadResult, pa.Table]]:
    # Reading is safe in threads, and the workbook parser runs beside the others in them.
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(read, WORKBOOKS))


def test_every_row_is_accounted_for(readings: list[tuple[ReadResult, pa.Table]]) -> None:
    skipped = Counter[str]()
    for result, table in readings:
        skipped.update(result.skipped)
        assert result.rows_read == result.rows_staged + sum(result.skipped.values())
        assert result.rows_staged == table.num_rows
    assert len(readings) == 16
    assert sum(result.rows_read for result, _ in readings) == 135_100
    assert skipped == {"reversal": 2_435}
    assert {header for result, _ in readings for header in result.unknown_headers} == set()


def test_the_dirt_is_where_it_is_known_to_be(readings: list[tuple[ReadResult, pa.Table]]) -> None:
    table = pa.concat_tables([table for _, table in readings])
    assert table["_parse_rule"].null_count == table.num_rows
    lines = table.select(["quantity", "paid_amount", "order_status"]).to_pandas()
    negative = lines[lines["quantity"] < 1]
    assert len(negative) == 303
    assert set(negative["paid_amount"]) == {Decimal("0.00")}
    assert set(negative["order_status"]) == {"已完成"}
    assert lines["paid_amount"].max() > 1000


def test_days_and_coverage_follow_the_exports(readings: list[tuple[ReadResult, pa.Table]]) -> None:
    covered: set[str] = set()
    for result, _ in readings:
        assert not result.is_effective_at_assumed
        (run,) = covered_runs(
            "rows_to_export",
            first_row_date=result.first_row_date,
            row_day_runs=result.row_day_runs,
            effective_at=result.effective_at,
            is_assumed=result.is_effective_at_assumed,
        )
        days = (run.covered_to - run.covered_from).days + 1
        covered |= {(run.covered_from + timedelta(days=n)).isoformat() for n in range(days)}
    assert min(covered) == "2024-05-22"
    assert max(covered) == "2024-09-15"
    # 17 to 24 June has no file; everything else, Saturdays without a sale too, is covered.
    assert len(covered) == 117 - 8
    assert not {f"2024-06-{day}" for day in range(17, 25)} & covered


def test_a_workbook_equals_a_plain_reading_of_its_cells(
    readings: list[tuple[ReadResult, pa.Table]],
) -> None:
    result, table = readings[3]
    path = WORKBOOKS[3]
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    expected = [
        {
            "_file_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "_row_number": line,
            "order_id": row["订单号"],
            "order_status": row["订单状态"],
            "paid_at": datetime.fromisoformat(row["支付时间"]) - timedelta(hours=8),
            "item_name": row["商品名称"].strip() or None,
            "quantity": int(row["SKU件数"]),
            "paid_amount": Decimal(row["商家应收金额(元)（支付金额）"].replace(",", "")),
            "customer_key": key_of(row["用户编号"]) if row["用户编号"] else None,
        }
        for line, cells in enumerate(rows, start=2)
        for row in [{str(name): str(cell) for name, cell in zip(header, cells, strict=True)}]
        if not row["订单号"].startswith("PC")
    ]
    assert table.select(list(expected[0])).to_pylist() == expected
    assert result.effective_at == datetime(2024, 6, 17, 1, 30, tzinfo=UTC) < RECEIVED
