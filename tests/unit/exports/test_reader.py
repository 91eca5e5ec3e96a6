import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from exports_kit import (
    RECEIVED,
    REQUIRED,
    at,
    key_of,
    order,
    read,
    read_orders,
    write_sheet,
    write_sheets,
)

from orchestration.exports.errors import (
    MissingHeader,
    UnreadableFile,
    UnrecognisedFile,
)
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.reader import READER_REVISION
from orchestration.rows import staged_schema
from orchestration.samples.workbooks import PERSONAL_MARK, Style, order_rows, write_orders
from orchestration.samples.world import make_world


def names_and_types(schema: pa.Schema) -> list[tuple[str, pa.DataType]]:
    return [(column.name, column.type) for column in schema]


WORLD = make_world(seed=7, first_day=date(2024, 9, 9), weeks=1, orders_a_week=30)


def test_a_row_becomes_typed_and_knows_its_file_and_line() -> None:
    result, table = read_orders(order())
    (row,) = table.to_pylist()
    layout = load_layouts().get("qianfan__orders")
    assert names_and_types(table.schema) == names_and_types(staged_schema(layout.arrow_columns))
    assert row["merchant_id"] == "m001"
    assert row["_row_number"] == 2
    assert row["_effective_at"] == RECEIVED.replace(tzinfo=None)
    assert (row["_layout_revision"], row["_reader_revision"]) == (layout.revision, READER_REVISION)
    assert row["paid_at"] == at("2024-09-09 02:00")
    assert (row["quantity"], row["paid_amount"]) == (2, Decimal("20.00"))
    assert row["customer_key"] == key_of("17850")
    assert row["kol_name"] is None
    assert row["_parse_rule"] is row["_parse_reason"] is row["_cells"] is None
    assert (result.rows_read, result.rows_staged, result.skipped) == (1, 1, {})


def test_the_staged_file_is_named_by_its_address(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order()])
    staged = tmp_path / "staged"
    result, _ = read(path, sha256="ab" * 32, staged=staged)
    name = f"m001__abababababababab__{result.layout_revision}__{READER_REVISION}.parquet"
    assert result.staged_path == staged / "qianfan__orders" / name
    assert list(staged.rglob("*.*")) == [result.staged_path]


def test_an_ambiguous_amount_is_a_fault_with_header_and_cells() -> None:
    _, table = read_orders(order(paid_amount="1,23"), order())
    bad, good = table.to_pylist()
    assert bad["_parse_rule"] == "paid_amount_unreadable"
    assert "'商家应收金额(元)（支付金额）' is no amount" in bad["_parse_reason"]
    assert bad["paid_amount"] is None
    assert bad["order_id"] == "P1"
    cells = json.loads(bad["_cells"])
    assert cells["paid_amount"] == "1,23"
    assert "17850" not in bad["_parse_reason"] + bad["_cells"]
    assert "customer_key" not in cells
    assert good["_parse_rule"] is None


@pytest.mark.parametrize("column", ["order_id", "quantity"])
def test_a_required_value_that_is_missing_is_a_fault(column: str) -> None:
    _, table = read_orders(order(**{column: "-"}))
    assert table["_parse_rule"].to_pylist() == [f"{column}_missing"]


def test_other_cells_may_be_empty() -> None:
    _, table = read_orders(order(order_status="", paid_at="-", customer=""))
    (row,) = table.to_pylist()
    assert row["_parse_rule"] is row["paid_at"] is row["customer_key"] is None


def test_a_long_id_in_a_number_cell_is_a_fault() -> None:
    _, table = read_orders(order(order_id=12345678901234567.0), order(customer=12345678901234567.0))
    assert table["_parse_rule"].to_pylist() == ["order_id_unreadable", "customer_key_unreadable"]
    assert table["order_id"].to_pylist() == [None, "P1"]
    assert table["customer_key"].to_pylist() == [key_of("17850"), None]
    assert "12345678" not in table["_cells"].to_pylist()[1]


def test_skipped_rows_are_counted_by_reason_and_rows_add_up() -> None:
    result, table = read_orders(
        order(),
        ["", " ", "-", "", "", ""],
        ["合计123条记录", "", "", "9", "99.00", ""],
        ["\u3000合计", "", "", "", "", ""],
        order(order_id="PC1", order_status="已取消", quantity="-2", paid_amount="-20.00"),
        order(order_status="已取消"),
        order(quantity="-2"),
    )
    assert result.skipped == {"empty": 1, "total": 2, "reversal": 1}
    assert result.rows_read == 7
    assert table["_row_number"].to_pylist() == [2, 7, 8]


def test_a_reversal_with_a_fault_is_not_skipped() -> None:
    result, table = read_orders(order(order_status="已取消", quantity="-2", paid_amount="1,23"))
    assert result.skipped == {}
    assert table["_parse_rule"].to_pylist() == ["paid_amount_unreadable"]


def test_days_are_of_shanghai_and_count_skipped_and_faulty_rows() -> None:
    result, _ = read_orders(
        order(paid_at="2024-09-09 00:00:00"),
        order(paid_at="2024-09-10 23:59:59", paid_amount="1,23"),
        order(paid_at="2024-09-12 07:00", order_status="已取消", quantity="-1"),
        order(paid_at="soon"),
    )
    assert (result.first_row_date, result.last_row_date) == (date(2024, 9, 9), date(2024, 9, 12))
    assert result.row_day_runs == [["2024-09-09", "2024-09-10"], ["2024-09-12", "2024-09-12"]]


def test_repeated_lines_are_all_kept() -> None:
    assert read_orders(order(), order())[1].num_rows == 2


def test_the_export_time_of_the_name_counts(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order()])
    names = [("o.xlsx", RECEIVED), ("小红书订单查询2024-09-16-09_30_1.xlsx", RECEIVED)]
    result, table = read(path, names=names)
    assert result.effective_at == datetime(2024, 9, 16, 1, 30, tzinfo=UTC)
    assert result.is_effective_at_assumed is False
    assert table["_effective_at"].to_pylist() == [at("2024-09-16 01:30")]
    assert read(path)[0].is_effective_at_assumed is True


def test_an_archived_file_needs_no_ending(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order()]).rename(tmp_path / ("a" * 64))
    assert read(path)[0].rows_staged == 1


def test_leading_empty_rows_and_columns_keep_the_line_numbers() -> None:
    result, table = read_orders(
        ["", *REQUIRED], ["", *order()], ["", *order()], headers=["", "", ""]
    )
    assert table["_row_number"].to_pylist() == [3, 4]
    assert result.unknown_headers == ()


def test_batches_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_orders(tmp_path / "o.xlsx", order_rows(WORLD.orders))
    whole, table = read(path)
    monkeypatch.setattr("orchestration.exports.table.sheets._BATCH_ROWS", 7)
    pieces, same_table = read(path)
    assert same_table == table
    assert (pieces.rows_read, pieces.row_day_runs) == (whole.rows_read, whole.row_day_runs)


@pytest.mark.parametrize("number_cells", [False, True])
def test_45_shuffled_extra_columns_make_the_same_table(tmp_path: Path, number_cells: bool) -> None:
    rows = order_rows(WORLD.orders)
    plain, table = read(write_orders(tmp_path / "plain.xlsx", rows), sha256="0" * 64)
    style = Style(extra_columns=45, shuffle_seed=3, number_cells=number_cells)
    wide, same_table = read(write_orders(tmp_path / "wide.xlsx", rows, style), sha256="0" * 64)
    assert same_table == table
    assert len(wide.unknown_headers) == 45
    assert plain.unknown_headers == ()
    assert wide.rows_staged == len(rows)


def test_no_personal_value_leaves_the_archive(tmp_path: Path) -> None:
    rows = [*order_rows(WORLD.orders), {**order_rows(WORLD.orders)[0], "SKU件数": "1,23"}]
    path = write_orders(tmp_path / "o.xlsx", rows, Style(extra_columns=45, shuffle_seed=5))
    result, table = read(path)
    assert table["_cells"].null_count == len(rows) - 1
    everything = str(table.to_pylist()) + str(result)
    assert PERSONAL_MARK not in everything
    for buyer in WORLD.truth()["buyer_number"].dropna():
        assert f"'{buyer}'" not in everything


def test_an_alias_of_the_home_is_read(tmp_path: Path) -> None:
    headers = ["订单编号", *REQUIRED[1:]]
    path = write_sheet(tmp_path / "o.xlsx", [headers, order()])
    with pytest.raises(MissingHeader, match=r"o\.xlsx"):
        read(path)
    overlay = tmp_path / "layouts" / "qianfan__orders"
    overlay.mkdir(parents=True)
    (overlay / "columns.csv").write_text(
        "column,header,type,required,valid_from,certainty,note\n"
        "order_id,订单编号,text,value,,seen,\n",
        encoding="utf-8",
    )
    result, table = read(path, book=load_layouts(tmp_path / "layouts"))
    assert table["order_id"].to_pylist() == ["P1"]
    assert result.layout_revision != load_layouts().get("qianfan__orders").revision


def test_a_workbook_with_a_header_only_is_an_empty_period() -> None:
    result, table = read_orders()
    assert (result.rows_read, table.num_rows, result.row_day_runs) == (0, 0, [])
    assert result.first_row_date is result.last_row_date is None
    columns = load_layouts().get("qianfan__orders").arrow_columns
    assert names_and_types(table.schema) == names_and_types(staged_schema(columns))


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"o\.xlsx: nothing in it can be seen"):
        read(write_sheet(tmp_path / "o.xlsx", []))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"PK", "an empty or damaged ZIP"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls, or a workbook with a password"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "web page"),
        ("<html>".encode("utf-16"), "web page"),
        (b'{"code": 401}', "JSON"),
        (b" \r\n\t\n", "nothing in it can be seen"),
        (b"a,b\n1,\x00\n", "line 2 holds NUL bytes"),
        (b"<html>login</html>", "web page"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=f"^any.xlsx: .*{message}"):
        read(path)


def test_a_truncated_workbook_is_told(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order()])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFile, match="damaged"):
        read(path)


def test_the_sheet_with_orders_is_found_among_others(tmp_path: Path) -> None:
    sheets = {"说明": [["本表由系统生成"]], "订单": [REQUIRED, order()]}
    assert read(write_sheets(tmp_path / "o.xlsx", sheets))[0].rows_staged == 1


def test_two_sheets_with_orders_are_refused(tmp_path: Path) -> None:
    sheets = {"一": [REQUIRED, order()], "二": [REQUIRED, order()]}
    with pytest.raises(UnreadableFile, match="'一', '二' all hold exports"):
        read(write_sheets(tmp_path / "o.xlsx", sheets))


def test_a_workbook_of_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnrecognisedFile, match="none of them a known header"):
        read(write_sheet(tmp_path / "o.xlsx", [["a", "b"], ["1", "2"]]))


def test_nothing_is_left_when_reading_fails(tmp_path: Path) -> None:
    path = write_sheet(tmp_path / "o.xlsx", [REQUIRED, order(), REQUIRED, order()])
    with pytest.raises(UnreadableFile, match="row 3 is a second header"):
        read(path, staged=tmp_path / "staged")
    assert [p for p in (tmp_path / "staged").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("number", ["17850", "0", "顾客一", "a'b\"c", "9" * 30])
def test_a_buyer_has_the_key_that_the_home_gives(number: str) -> None:
    assert read_orders(order(customer=number))[1]["customer_key"].to_pylist() == [key_of(number)]


def test_a_line_that_was_never_paid_may_lack_its_amount() -> None:
    _, table = read_orders(order(order_status="待付款", paid_at="", paid_amount=""))
    assert table["_parse_rule"].to_pylist() == [None]
    assert table["paid_amount"].to_pylist() == [None]


def test_a_remark_that_begins_like_a_total_hides_no_line() -> None:
    total = ["合计1条记录", *[""] * len(REQUIRED)]
    result, table = read_orders(["合计两件", *order()], total, headers=("用户说", *REQUIRED))
    assert (table.num_rows, result.skipped) == (1, {"total": 1})
