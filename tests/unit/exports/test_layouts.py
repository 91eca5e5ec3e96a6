from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.book import Layout
from orchestration.exports.layout.load import load_layouts
from orchestration.rows import MONEY, TIMESTAMP

SOURCE = "qianfan__orders"
COLUMNS = "column,header,type,required,valid_from,certainty,note\n"
IGNORED = "header,reason\n"
LAYOUT = (
    "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,"
    "breakdowns,export_time_pattern,period_pattern,skip_when,skip_reason\n"
)
Overlay = Callable[..., Layout]


@pytest.fixture
def overlay(tmp_path: Path) -> Overlay:
    """Load a source with these files of a home over the shipped ones."""

    def load(source: str = SOURCE, **files: str) -> Layout:
        folder = tmp_path / source
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return load_layouts(tmp_path).get(source)

    return load


def test_orders_have_the_promised_columns_in_order() -> None:
    columns = load_layouts().get(SOURCE).arrow_columns
    assert " ".join(name for name, _ in columns) == (
        "order_id order_status aftersale_status created_at paid_at promised_ship_at shipped_at "
        "completed_at item_name sku_name sku_spec merchant_sku xhs_sku quantity "
        "line_list_amount buyer_payable_amount paid_amount customer_key order_tags order_type "
        "exception_reason kol_name shop_id shop_name"
    )
    for name, kind in columns:
        suffix = name.rpartition("_")[2]
        expected = {"at": TIMESTAMP, "amount": MONEY, "quantity": pa.int64()}
        assert kind == expected.get(suffix, pa.string()), name


def test_no_personal_header_is_mapped() -> None:
    layout = load_layouts().get(SOURCE)
    assert "收件人姓名" in layout.ignored
    assert not set(layout.ignored) & set(layout.column_of)


def test_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(LayoutError, match=SOURCE):
        load_layouts().get("juguang__nothing")


def test_a_home_without_layouts_has_the_shipped_ones(tmp_path: Path) -> None:
    assert load_layouts(tmp_path / "layouts").get(SOURCE) == load_layouts().get(SOURCE)


def test_an_alias_of_the_home_is_added_and_changes_the_revision(overlay: Overlay) -> None:
    shipped = load_layouts().get(SOURCE)
    layout = overlay(columns=COLUMNS + "order_id,订单编号,text,value,2025-01-01,seen,\n")
    assert layout.columns["order_id"].headers == ("订单号", "订单编号")
    assert layout.revision != shipped.revision
    assert layout.arrow_columns == shipped.arrow_columns


def test_what_changes_no_row_changes_no_revision(overlay: Overlay) -> None:
    layout = overlay(
        ignored=IGNORED + "新列,not_used\n",
        columns=COLUMNS + "kol_name,达人名称（待下线）,text,no,,seen,only the note differs\n",
    )
    assert layout.revision == load_layouts().get(SOURCE).revision


def test_a_new_column_of_the_home_comes_last(overlay: Overlay) -> None:
    layout = overlay(columns=COLUMNS + "gift_note,礼物说明,text,no,,seen,\n")
    assert layout.arrow_columns[-1] == ("gift_note", pa.string())


def test_a_column_keeps_its_place_when_the_home_ignores_its_header(overlay: Overlay) -> None:
    layout = overlay(ignored=IGNORED + "达人名称(待下线),not_used\n")
    assert layout.arrow_columns == load_layouts().get(SOURCE).arrow_columns
    assert layout.columns["kol_name"].headers == ()


def test_a_home_may_describe_a_new_source(overlay: Overlay) -> None:
    layout = overlay(
        "juguang__things",
        layout=LAYOUT
        + "juguang__things,2024-01-01,Things,,rows,0,day,day,,,,,\n"
        + "juguang__things,2025-01-01,Things,,declared,1,day,day,,,,cost < 0,minus\n",
        columns=COLUMNS + "day,时间,date,value,,seen,\ncost,消费,money,no,,seen,\n",
    )
    assert layout.terms_on(date(2023, 5, 1)).coverage == "rows"
    assert layout.terms_on(date(2024, 12, 31)).coverage == "rows"
    assert layout.terms_on(date(2025, 1, 1)).skip_reason == "minus"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"columns": "column,header\n"}, r"columns\.csv line 1: it must read column,header,type"),
        (
            {"columns": COLUMNS + "order_id,订单编号,number,value,,seen,\n"},
            r"columns\.csv line 2: type is 'number': Input should be 'text'",
        ),
        (
            {"columns": COLUMNS + "\n,订单编号,text,value,,seen,\n"},
            r"columns\.csv line 3: column is '': ",
        ),
        (
            {"columns": COLUMNS + "merchant_id,商户,text,no,,seen,\n"},
            r"line 2: column is 'merchant_id'.*choose another name",
        ),
        (
            {"columns": COLUMNS + "order_id,订单编号,text,value,,seen\n"},
            r"columns\.csv line 2: 6 cells instead of 7",
        ),
        (
            {"columns": COLUMNS + "a,甲（元）,text,no,,seen,\nb,甲 (元),text,no,,seen,\n"},
            r"columns\.csv line 3: it says again what line 2 says",
        ),
        (
            {"columns": COLUMNS + "order_id,订单编号,integer,value,,seen,\n"},
            r"line \d+: order_id is text/value here and integer/value in another row",
        ),
        (
            {"columns": COLUMNS + "kol_name,收件人姓名,text,no,,seen,\n"},
            r"line 2: '收件人姓名' is personal and is never read",
        ),
        (
            {"columns": COLUMNS + "a,甲,text,no,,seen,\n", "ignored": IGNORED + "甲,personal\n"},
            r"columns\.csv line 2: '甲' is also ignored in line 2 of ignored\.csv",
        ),
        ({"ignored": IGNORED + "订单号,not_used\n"}, "order_id is required, but every header"),
        ({"ignored": IGNORED + "甲,secret\n"}, r"ignored\.csv line 2: reason is 'secret'"),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,x,order_id,paid_at,,,,,\n"},
            r"layout\.csv line 2: bridge_days is 'x'",
        ),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,1,order_id,nothing,,,,,\n"},
            r"layout\.csv line 2: 'nothing' is no column",
        ),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,1,order_id,order_id,,,,,\n"},
            "neither timestamp nor date",
        ),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,1,order_id,paid_at,,(?P<year>),,,\n"},
            "export_time_pattern is '.*groups are year, month, day",
        ),
        (
            {
                "layout": LAYOUT
                + f"{SOURCE},2025-01-01,t,,rows,1,order_id,paid_at,,,,no_such < 0,x\n"
            },
            r"layout\.csv line 2: skip_when cannot be evaluated",
        ),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,1,order_id,paid_at,,,,true,\n"},
            "skip_when and skip_reason come together",
        ),
        (
            {"layout": LAYOUT + f"{SOURCE},2025-01-01,t,,rows,1,order_id,paid_at,,,,true,total\n"},
            "is the reader's own",
        ),
        ({"layout": LAYOUT + "x__y,2025-01-01,t,,rows,1,order_id,paid_at,,,,,\n"}, "the folder is"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(
    overlay: Overlay, files: dict[str, str], message: str
) -> None:
    with pytest.raises(LayoutError, match=message):
        overlay(**files)


def test_a_csv_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = tmp_path / SOURCE
    folder.mkdir()
    (folder / "ignored.csv").write_bytes((IGNORED + "商品,not_used\n").encode("gb18030"))
    with pytest.raises(LayoutError, match="not UTF-8"):
        load_layouts(tmp_path)


def test_skip_when_can_only_compute(overlay: Overlay) -> None:
    reads_a_file = "(select count(*) from read_text('/etc/hostname')) > 0"
    row = f"{SOURCE},2025-01-01,t,,rows,1,order_id,paid_at,,,,{reads_a_file},x\n"
    with pytest.raises(LayoutError, match=r"skip_when cannot be evaluated.*disabled"):
        overlay(layout=LAYOUT + row)
