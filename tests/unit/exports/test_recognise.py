import csv
from pathlib import Path

import pytest
from exports_kit import REQUIRED

from orchestration.exports.errors import AmbiguousHeader, MissingHeader, UnrecognisedFile
from orchestration.exports.layout.load import load_layouts
from orchestration.exports.layout.recognise import recognise

BOOK = load_layouts()


def test_columns_are_found_in_any_order_and_width() -> None:
    headers = ["用户备注", "用户编号", *REQUIRED[:4], "商家应收金额（元）(支付金额)", "商品名称"]
    found = recognise(headers, BOOK, "f.xlsx")
    assert found.layout.source == "qianfan__orders"
    assert found.positions["customer_key"] == 1
    assert found.positions["paid_amount"] == 6
    assert found.headers["paid_amount"] == "商家应收金额（元）(支付金额)"
    assert found.unknown == ()


def test_unknown_headers_are_told_once_and_empty_ones_never() -> None:
    found = recognise([*REQUIRED, "新列", "", " ", "新列", "又一列"], BOOK, "f.xlsx")
    assert found.unknown == ("新列", "又一列")


def test_a_missing_required_header_says_what_would_mend_it(tmp_path: Path) -> None:
    headers = [*REQUIRED[:5], "用户 编号ID", "扩展"]
    with pytest.raises(MissingHeader) as caught:
        recognise(headers, BOOK, "小红书订单查询.xlsx")
    message = str(caught.value)
    assert "小红书订单查询.xlsx" in message
    assert "'用户编号' (customer_key)" in message
    assert "'用户 编号ID', '扩展'" in message
    assert "layouts/qianfan__orders/columns.csv" in message
    assert "customer_key,用户 编号ID,customer,header,,seen," in message
    assert caught.value.columns == ("customer_key",)
    assert caught.value.unmatched == ("用户 编号ID", "扩展")

    folder = tmp_path / "qianfan__orders"
    folder.mkdir()
    first_line = "column,header,type,required,valid_from,certainty,note"
    assert first_line in message
    (folder / "columns.csv").write_text(f"{first_line}\n{caught.value.rows[0]}\n", encoding="utf-8")
    assert recognise(headers, load_layouts(tmp_path), "f.xlsx").positions["customer_key"] == 5


def test_without_a_likely_header_the_row_has_a_blank_to_fill() -> None:
    with pytest.raises(MissingHeader) as caught:
        recognise(REQUIRED[:5], BOOK, "f.xlsx")
    assert "known to no layout: none" in str(caught.value)
    assert next(csv.reader(caught.value.rows))[1] == "HEADER AS IN THE FILE"


def test_several_missing_headers_have_a_row_each() -> None:
    with pytest.raises(MissingHeader) as caught:
        recognise(REQUIRED[:3], BOOK, "f.xlsx")
    assert caught.value.columns == ("quantity", "paid_amount", "customer_key")
    assert len(caught.value.rows) == 3


def test_less_than_half_of_the_required_headers_is_another_file() -> None:
    with pytest.raises(UnrecognisedFile, match=r"no layout fits.*'订单号', '金额'.*qianfan"):
        recognise(["订单号", "金额"], BOOK, "f.xlsx")


def test_a_first_row_that_may_be_data_is_not_shown() -> None:
    with pytest.raises(UnrecognisedFile) as caught:
        recognise(["P1", "张三", "13800000000"], BOOK, "f.xlsx")
    assert "张三" not in str(caught.value)
    assert "3 cells" in str(caught.value)


@pytest.mark.parametrize("twin", ["用户编号", " 用户\n编号"])
def test_two_columns_of_one_name_are_refused(twin: str) -> None:
    message = r"f\.xlsx: the column '用户编号' is in it 2 times, .* remove the others"
    with pytest.raises(AmbiguousHeader, match=message):
        recognise([*REQUIRED, twin], BOOK, "f.xlsx")


def test_two_names_of_one_column_are_refused() -> None:
    headers = ["时间", "消费", "消耗", "展现量", "点击量"]
    with pytest.raises(AmbiguousHeader, match="the columns '消费', '消耗' are all spend"):
        recognise(headers, BOOK, "f.csv")


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252", "gb18030"])
def test_headers_that_were_read_in_a_wrong_encoding_are_told_so(wrong: str) -> None:
    garbled = ["".join(REQUIRED).encode().decode(wrong, errors="replace")]
    garbled += [header.encode().decode(wrong, errors="replace") for header in REQUIRED]
    with pytest.raises(UnrecognisedFile, match=r"f\.csv: its text was read in a wrong encoding"):
        recognise(garbled, BOOK, "f.csv")


def test_the_layout_that_knows_more_headers_wins(tmp_path: Path) -> None:
    folder = tmp_path / "qianfan__wider"
    folder.mkdir()
    for name in ("columns.csv", "layout.csv"):
        shipped = Path("orchestration/exports/layouts/qianfan__orders", name)
        text = (Path(__file__).parents[3] / shipped).read_text(encoding="utf-8")
        extra = "extra,额外,text,no,,seen,\n" if name == "columns.csv" else ""
        (folder / name).write_text(
            text.replace("qianfan__orders", "qianfan__wider") + extra, encoding="utf-8"
        )
    book = load_layouts(tmp_path)
    assert recognise([*REQUIRED, "额外"], book, "f.xlsx").layout.source == "qianfan__wider"
    assert recognise(REQUIRED, book, "f.xlsx").layout.source == "qianfan__orders"
