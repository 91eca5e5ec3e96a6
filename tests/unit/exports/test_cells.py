"""Every style of number and time, through a real workbook and back."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from exports_kit import at, key_of, read, write_sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from tests.example_counts import scaled

# One column of each type; the first is there so that no row is empty.
HEADERS = ["行", "文本", "整数", "金额", "时间", "日期", "买家"]
TYPES = ["text", "text", "integer", "money", "timestamp", "date", "customer"]
FAST = settings(max_examples=scaled(12), deadline=None)


def one_of_each() -> LayoutBook:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "test__cells"
        source.mkdir()
        pairs = enumerate(zip(HEADERS, TYPES, strict=True))
        rows = [f"c_{place},{header},{kind},header,,seen," for place, (header, kind) in pairs]
        (source / "columns.csv").write_text(
            "column,header,type,required,valid_from,certainty,note\n" + "\n".join(rows),
            encoding="utf-8",
        )
        (source / "layout.csv").write_text(
            "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,"
            "breakdowns,export_time_pattern,period_pattern,skip_when,skip_reason\n"
            "test__cells,2020-01-01,Cells,,rows,0,c_0,c_4,,,,,\n",
            encoding="utf-8",
        )
        return load_layouts(Path(folder))


BOOK = one_of_each()


def typed(cell_type: str, cells: Sequence[object]) -> tuple[list[Any], list[str | None]]:
    """Values and faults of cells under a header of this type."""
    place = TYPES.index(cell_type, 1)
    rows = [["x", *[cell if i == place else "" for i in range(1, len(HEADERS))]] for cell in cells]
    with tempfile.TemporaryDirectory() as folder:
        path = write_sheet(Path(folder) / "cells.xlsx", [HEADERS, *rows])
        _, table = read(path, book=BOOK)
    return table[f"c_{place}"].to_pylist(), table["_parse_rule"].to_pylist()


def values(cell_type: str, cells: Sequence[object]) -> list[Any]:
    """Values of cells that can all be read."""
    found, faults = typed(cell_type, cells)
    assert faults == [None] * len(cells)
    return found


@pytest.mark.parametrize("cell_type", TYPES[1:])
def test_blank_and_dash_are_nothing(cell_type: str) -> None:
    nothing = ["", "-", " ", "\u3000", "\t-\t", "\ufeff"]
    assert values(cell_type, nothing) == [None] * len(nothing)


def test_integers() -> None:
    expected = {
        "12": 12,
        "12.0": 12,
        "+12": 12,
        "-3": -3,
        "007": 7,
        "1,234": 1234,
        "1,234,567.00": 1234567,
        " １２\u3000": 12,
        "１，２３４": 1234,
        12: 12,
        999_999_999_999_999: 999_999_999_999_999,
        "9223372036854775807": 9223372036854775807,
    }
    assert dict(zip(expected, values("integer", [*expected]), strict=True)) == expected


def test_money() -> None:
    expected = {
        "15.30": "15.30",
        "15.3": "15.30",
        "15": "15.00",
        "￥1,627.20": "1627.20",
        "¥ 1,627.20": "1627.20",
        "-¥5.00": "-5.00",
        "¥-5.00": "-5.00",
        "+5": "5.00",
        "-0.00": "0.00",
        "０．５０": "0.50",
        "−５": "-5.00",
        "9,999,999,999,999,999.99": "9999999999999999.99",
        15.3: "15.30",
        0.1 + 0.2: "0.30",
        1e6: "1000000.00",
    }
    found = map(str, values("money", [*expected]))
    assert dict(zip(expected, found, strict=True)) == expected


@pytest.mark.parametrize(
    ("cell_type", "cells"),
    [
        (
            "money",
            [
                *("1,23", "12,34", "1,2345", "12,345,6", "0,123", ",5", "1.234,56", "1,234.5,6"),
                *("1.234", "1.", ".5", "1e3", "12元", "USD 5", "--5", "5-", "(5.00)", "1 234"),
                *("免费", "5.005", "1²", "99999999999999999.00", 0.005, 1e15, 1e300),
            ],
        ),
        (
            "integer",
            ["1,23", "1.5", "1.50", "12件", "0x1f", "1e3", "1²", "9223372036854775808", 1.5],
        ),
        (
            "timestamp",
            [
                *("2024-06-24", "24/06/2024 09:30", "06/24/2024 09:30", "2024-13-01 09:30"),
                *("2024-02-30 09:30", "2024-06-24 24:00", "2024-06-24 09:60", "2024-06/24 09:30"),
                *("2024-06-24 09", "45467.4", "1719192600000", "昨天", "2024-06-24 09:30:00Z"),
                *("0024-06-24 09:30", "2024-06-24 9:30 PM", 45467.4),
            ],
        ),
        ("date", ["24/06/2024", "2024-06-31", "2024-06-24 09:30", "20240624"]),
        ("text", [12345678901234567.0, -12345678901234567.0]),
        ("customer", [12345678901234567.0]),
    ],
)
def test_what_can_mean_two_things_is_a_fault(cell_type: str, cells: list[object]) -> None:
    found, faults = typed(cell_type, cells)
    rule = f"c_{TYPES.index(cell_type, 1)}_unreadable"
    assert dict(zip(cells, faults, strict=True)) == dict.fromkeys(cells, rule)
    assert found == [None] * len(cells)


def test_times_are_of_shanghai_and_kept_in_utc() -> None:
    cells: list[object] = [
        "2024-06-24 09:30:00",
        "2024-06-24 09:30",
        "2024/06/24 09:30:00",
        "2024/6/24 9:30",
        "２０２４-０６-２４ ０９：３０",
        "2024-06-24T09:30:00",
        "\t2024-06-24 09:30:00",
        at("2024-06-24 09:30"),
    ]
    assert values("timestamp", cells) == [at("2024-06-24 01:30")] * len(cells)


def test_a_time_cell_at_midnight_keeps_its_time() -> None:
    assert values("timestamp", [at("2024-06-24 00:00")]) == [at("2024-06-23 16:00")]


def test_dates() -> None:
    cells = ["2024-06-24", "2024/6/24", at("2024-06-24 00:00"), "２０２４-６-２４"]
    assert values("date", cells) == [date(2024, 6, 24)] * len(cells)


def test_text_stays_as_it_is_written() -> None:
    expected = {
        " a b ": "a b",
        "\tP123": "P123",
        "００１": "００１",
        17850: "17850",
        123456789012345: "123456789012345",
        True: "True",
        1.5: "1.5",
        "≈500ml": "≈500ml",
        "123456789012345678901234567890": "123456789012345678901234567890",
        "{note: 'x'}, \"y\"": "{note: 'x'}, \"y\"",
    }
    assert dict(zip(expected, values("text", [*expected]), strict=True)) == expected


def test_a_buyer_is_the_same_as_text_and_as_number() -> None:
    assert values("customer", ["17850", 17850, 17850.0, " 17850\u3000"]) == [key_of("17850")] * 4


@FAST
@given(st.lists(st.decimals(Decimal("-1e15"), Decimal("1e15"), places=2), min_size=1))
def test_money_survives_every_style(amounts: list[Decimal]) -> None:
    wide = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
    styles = [f"{a:.2f}" for a in amounts]
    styles += [f"{a:,.2f}" for a in amounts]
    styles += [f"￥{a:,.2f}" for a in amounts]
    styles += [f"{a:,.2f}".translate(wide) for a in amounts]
    found, faults = typed("money", styles)
    assert found == amounts * 4
    assert set(faults) == {None}


@FAST
@given(st.lists(st.decimals(Decimal("-1e12"), Decimal("1e12"), places=2), min_size=1))
def test_money_in_number_cells_is_exact_to_the_cent(amounts: list[Decimal]) -> None:
    assert typed("money", [float(a) for a in amounts])[0] == amounts


@FAST
@given(st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1))
def test_integers_survive_as_text_as_number_and_with_separators(numbers: list[int]) -> None:
    cells: list[object] = [*map(str, numbers), *numbers, *(f"{n:,}" for n in numbers)]
    assert typed("integer", cells)[0] == numbers * 3
    assert typed("text", [*numbers])[0] == [str(n) for n in numbers]


@FAST
@given(st.lists(st.datetimes(at("2000-01-02 00:00"), at("2099-12-31 00:00")), min_size=1))
def test_times_survive_every_style(moments: list[datetime]) -> None:
    moments = [moment.replace(microsecond=0) for moment in moments]
    cells: list[object] = [f"{m:%Y-%m-%d %H:%M:%S}" for m in moments]
    cells += [f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M:%S}" for m in moments]
    cells += moments
    utc = [m - timedelta(hours=8) for m in moments]
    assert typed("timestamp", cells)[0] == utc * 3


@FAST
@given(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.datetimes(at("1990-01-01 00:00"), at("2100-01-01 00:00")),
        ),
        min_size=len(HEADERS),
        max_size=len(HEADERS),
    )
)
def test_no_cell_whatsoever_stops_a_file(cells: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_sheet(Path(folder) / "any.xlsx", [HEADERS, cells])
        result, table = read(path, book=BOOK, names=[("any.xlsx", datetime.now(UTC))])
    assert result.rows_read == result.rows_staged + sum(result.skipped.values())
    assert result.rows_staged == table.num_rows
