"""CSV and TSV in every encoding and shape, and what of them cannot be trusted."""

import codecs
import tempfile
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from exports_kit import REQUIRED, csv_of, order, read, read_bytes, write_sheet, write_text
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.exports.errors import ExportError, UnreadableFile, UnrecognisedFile
from tests.example_counts import scaled

# Name of the encoding, delimiter and line end of each way to write the same rows.
WAYS = [
    ("utf-8", ",", "\r\n"),
    ("utf-8-sig", ",", "\n"),
    ("gb18030", ",", "\r\n"),
    ("utf-16", ",", "\r\n"),
    ("utf-8", "\t", "\n"),
    ("utf-16", "\t", "\r\n"),
    ("utf-8", ";", "\r\n"),
]
# What a workbook can hold as it is: it keeps no control characters and one kind of line end.
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"])
    | st.sampled_from(['"', ",", ";", "\t", "\n", "中"]),
    max_size=12,
).filter(lambda text: "\ufffd" not in text and "_x" not in text)
ORDERS = st.builds(
    order,
    order_id=st.from_regex(r"P[0-9]{18}", fullmatch=True),
    order_status=TEXTS,
    paid_at=st.sampled_from(["2024-09-09 10:00:00", "2024/9/9 9:30", "01/02/2024", "-", ""]),
    quantity=st.sampled_from(["1", "12.0", "1,234", "-2", "1.5"]),
    paid_amount=st.sampled_from(["20.00", "￥1,627.20", "1,23", "０．５０", "#N/A"]),
    customer=st.sampled_from(["17850", "\t17850", '="017850"', "", "1.23457E+15"]),
)


@pytest.mark.slow
@settings(max_examples=scaled(15), deadline=None)
@given(st.lists(ORDERS, min_size=1, max_size=8))
def test_the_same_rows_make_the_same_table_however_written(rows: list[Sequence[object]]) -> None:
    sha256 = "0" * 64
    with tempfile.TemporaryDirectory() as folder:
        workbook = write_sheet(Path(folder) / "o.xlsx", [REQUIRED, *rows])
        result, table = read(workbook, sha256=sha256)
        for encoding, delimiter, line_end in WAYS:
            path = write_text(
                Path(folder) / "o.csv",
                [REQUIRED, *rows],
                encoding=encoding,
                delimiter=delimiter,
                line_end=line_end,
            )
            same, same_table = read(path, sha256=sha256)
            assert same_table.equals(table), (encoding, delimiter)
            assert (same.rows_read, same.skipped) == (result.rows_read, result.skipped)


def test_utf_16_of_either_order_is_read() -> None:
    text = csv_of(order())
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        assert read_bytes(mark + text.encode(encoding))[0].rows_staged == 1


def test_any_line_end_and_a_mixture_of_them_is_read() -> None:
    lines = csv_of(order(), order(), order()).splitlines()
    for content in (
        "\r".join(lines),
        "\n".join(lines),
        "\r\n".join(lines[:2]) + "\r" + "\n".join(lines[2:]),
    ):
        assert read_bytes(content.encode())[0].rows_staged == 3


def test_a_line_break_in_quotes_and_a_blank_line_keep_the_row_numbers() -> None:
    text = (
        csv_of(order(order_status="a\nb\r\nc"), order()) + "\n" + csv_of(order()).split("\n", 1)[1]
    )
    result, table = read_bytes(text.encode())
    assert table["_row_number"].to_pylist() == [2, 3, 5]
    assert result.skipped == {"empty": 1}


@pytest.mark.parametrize("name", ["o.xlsx", "o.csv", "o"])
def test_the_name_says_nothing(tmp_path: Path, name: str) -> None:
    workbook = write_sheet(tmp_path / "w.xlsx", [REQUIRED, order()]).read_bytes()
    for content in (workbook, csv_of(order()).encode("gb18030")):
        assert read_bytes(content, name)[0].rows_staged == 1


def test_an_old_workbook_is_read_under_any_name() -> None:
    # orders.xls has the same order as text and as numbers, dates and all.
    content = (Path(__file__).parent / "orders.xls").read_bytes()
    for name in ("orders.xls", "orders.xlsx", "orders.csv"):
        _, table = read_bytes(content, name)
        rows = table.drop_columns(["_row_number", "order_id"]).to_pylist()
        assert rows[0] == rows[1]
        assert table["order_id"].to_pylist() == ["P1", "P2"]


def test_a_row_of_another_length_is_a_fault_and_never_shifted() -> None:
    long, short = [*order(), "17851"], order()[:5]
    shifted = ["P9", "secret name", *order()[1:]]
    result, table = read_bytes(csv_of(order(), long, short, shifted, order()).encode())
    assert table["_parse_rule"].to_pylist() == [None, *["row_has_other_length"] * 3, None]
    assert table["order_id"].to_pylist() == ["P1", None, None, None, "P1"]
    assert "The row has 7 cells and the header 6" in table["_parse_reason"].to_pylist()[1]
    assert "secret" not in str(table.to_pylist())
    assert result.rows_read == result.rows_staged == 5


def test_a_cell_beyond_the_headers_of_a_workbook_is_such_a_row(tmp_path: Path) -> None:
    rows = [REQUIRED, order(), [*order(), "17851"], ["合计", "", "", "", "", "", "9"]]
    result, table = read(write_sheet(tmp_path / "o.xlsx", rows))
    assert table["_parse_rule"].to_pylist() == [None, "row_has_other_length"]
    assert result.skipped == {"total": 1}


def test_short_total_rows_and_blank_rows_are_skipped() -> None:
    text = csv_of(["合计2条记录"], order(), [""], ["", "", "", "", "", "", "", ""], ["合计", "-"])
    result, table = read_bytes(text.encode())
    assert result.skipped == {"total": 2, "empty": 2}
    assert table["_parse_rule"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (csv_of(order()) + "P2,已完成,2024-09", "cut off in row 3"),
        (csv_of(order()) + 'P2,"已完', "cut off.* begins in line 3"),
        (csv_of(order()) + 'P2,"' + "x" * 200_000 + "\n", "never closed.* begins in line 3"),
        (csv_of(order()) + 'P2,"a"b,1,1,1,1\n', "quotes do not match.* begins in line 3"),
        (csv_of(order()) + "x" * (1 << 20), "a line of more than 1,048,576 characters"),
        (csv_of(order(order_status="a\x00b")), "line 2 holds NUL bytes"),
        (csv_of(order(), order(order_status="\ufffd")), "line 3 holds characters that were lost"),
        (csv_of(order()) + csv_of(order()), "row 3 is a second header"),
        (csv_of(order()) + ",".join(REQUIRED[::-1]) + "\n", "row 3 is a second header"),
        (csv_of(order()) + ",".join([*REQUIRED, "新"]) + "\n", "row 3 is a second header"),
    ],
)
def test_what_cannot_be_trusted_is_told(text: str, message: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        with pytest.raises(UnreadableFile, match=f"^orders.csv: .*{message}"):
            read_bytes(text.encode(encoding))


def test_damaged_encodings_are_told_with_their_line() -> None:
    rows = csv_of(order(), order(order_status="已取消"), order())
    utf_8, gb18030 = rows.encode(), rows.encode("gb18030")
    for content, message in (
        (utf_8.replace("取".encode(), b"\xe5\x8f"), "line 3 is damaged"),
        (codecs.BOM_UTF8 + gb18030, "line 1 is damaged"),
        (gb18030.replace("取".encode("gb18030"), b"\xff"), "line 3 is neither UTF-8 nor GB18030"),
        (codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b\x00", "line 1 is no valid UTF-16"),
        (rows.replace("已取消", "\ufeff").encode("utf-16")[:-1], "cut off"),
        (utf_8 + "已".encode()[:2], "cut off within a character of line 5"),
        (rows.encode("utf-16-le"), "NUL bytes"),
    ):
        with pytest.raises(UnreadableFile, match=message):
            read_bytes(content)


def test_text_decoded_wrongly_before_fits_no_layout() -> None:
    with pytest.raises(UnrecognisedFile):
        read_bytes(csv_of(order()).encode().decode("latin-1").encode())


def test_a_last_line_without_an_end_is_whole_if_its_cells_are() -> None:
    assert read_bytes(csv_of(order()).rstrip().encode())[0].rows_staged == 1


def test_semicolons_count_only_where_a_layout_fits() -> None:
    assert read_bytes(csv_of(order()).replace(",", ";").encode())[0].rows_staged == 1
    with pytest.raises(UnrecognisedFile, match="1 cells"):
        read_bytes(b"a;b\n1;2\n")


def test_guards_of_ids_are_taken_off() -> None:
    rows = [order(order_id=f"{text}") for text in ('="0123"', "\t0123", ' ="0123" ', "0123")]
    assert read_bytes(csv_of(*rows).encode())[1]["order_id"].to_pylist() == ["0123"] * 4


@pytest.mark.parametrize(
    "lost", ["1.23457E+15", "1E+16", "-1.2e+15", "#N/A", "#REF!", "#DIV/0!", "########"]
)
def test_an_id_that_is_lost_is_a_fault(lost: str) -> None:
    rows = [order(order_id=lost), order(customer=lost), order(paid_amount=lost)]
    _, table = read_bytes(csv_of(*rows).encode())
    assert table["_parse_rule"].to_pylist() == [
        "order_id_unreadable",
        "customer_key_unreadable",
        "paid_amount_unreadable",
    ]
    assert table["customer_key"].to_pylist()[1] is None


def test_what_only_looks_like_an_error_stays_text() -> None:
    texts = ["1E5", "E+12", "#1", "#新品", "5-8", "≈500ml", "C++"]
    rows = [order(order_status=text) for text in texts]
    assert read_bytes(csv_of(*rows).encode())[1]["order_status"].to_pylist() == texts


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    line = ",".join(map(str, order())) + "\n"
    path = tmp_path / "o.csv"
    path.write_text(",".join(REQUIRED) + "\n" + line * 200_000, encoding="utf-8")
    tracemalloc.start()
    try:
        result, table = read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert result.rows_staged == table.num_rows == 200_000
    # One batch of 20,000 rows of six cells as Python text, twice over; ten are in the file.
    assert peak < 40_000_000


@pytest.mark.slow
def test_no_byte_that_flips_goes_unaccounted(tmp_path: Path) -> None:

    random = Random(20240909)
    rows = [REQUIRED, *[order(order_id=f"P{n}", order_status='a "b",\nc') for n in range(5)]]
    whole = [write_sheet(tmp_path / "o.xlsx", rows).read_bytes()]
    whole += [
        write_text(tmp_path / "o.csv", rows, encoding=way).read_bytes()
        for way in ("utf-8", "gb18030", "utf-16")
    ]
    whole.append((Path(__file__).parent / "orders.xls").read_bytes())
    outcomes = {"read": 0, "refused": 0}
    for case in range(250):
        content = bytearray(whole[case % len(whole)])
        for _ in range(random.choice([1, 1, 4, 20])):
            content[random.randrange(len(content))] = random.randrange(256)
        if random.random() < 0.2:
            del content[random.randrange(len(content)) :]
        try:
            result, table = read_bytes(bytes(content))
        except ExportError as error:
            outcomes["refused"] += 1
            assert str(error)
            continue
        outcomes["read"] += 1
        assert result.rows_read == result.rows_staged + sum(result.skipped.values())
        assert result.rows_staged == table.num_rows
    assert min(outcomes.values()) > 20
