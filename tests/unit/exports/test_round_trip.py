"""Written in any style and read, a value is itself; what is read, written again, reads the same."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from exports_kit import at, key_of, read, write_sheet, write_text
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.exports.layout.book import LayoutBook
from orchestration.exports.layout.load import load_layouts
from tests.example_counts import scaled

HOURS = timedelta(hours=8)
# One column of each type; the first keeps rows from being empty, the last is personal.
HEADERS = {
    "mark": "行",
    "label": "文本",
    "whole": "整数",
    "yuan": "金额",
    "number": "小数",
    "share": "占比",
    "moment": "时刻",
    "day": "日期",
    "buyer": "买家",
}
_TYPES = {
    "mark": "text",
    "label": "text",
    "whole": "integer",
    "yuan": "money",
    "number": "decimal",
    "share": "rate",
    "moment": "timestamp",
    "day": "date",
    "buyer": "customer",
}
_WIDE = str.maketrans("0123456789,.:/-+%", "０１２３４５６７８９，．：／－＋％")
BLANKS = ("", " ", "\t", "\u3000", "\u00a0", "\ufeff")
FileKind = Literal["csv", "xlsx"]
KINDS: tuple[FileKind, ...] = ("csv", "xlsx")
# An example is dozens of cells.
FEW = settings(max_examples=scaled(8), deadline=None)


def _book() -> LayoutBook:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "test__styles"
        source.mkdir()
        rows = [f"{name},{HEADERS[name]},{kind},header,,seen," for name, kind in _TYPES.items()]
        rows.append("hour,=day,hour,no,,seen,")
        (source / "columns.csv").write_text(
            "\n".join(["column,header,type,required,valid_from,certainty,note", *rows]),
            encoding="utf-8",
        )
        (source / "layout.csv").write_text(
            "source,effective_from,title,family,coverage,bridge_days,replace_by,date_columns,"
            "breakdowns,export_time_pattern,period_pattern,skip_when,skip_reason\n"
            "test__styles,2020-01-01,Styles,,rows,0,mark,moment,,,,,\n",
            encoding="utf-8",
        )
        return load_layouts(Path(folder))


BOOK = _book()


def parsed(column: str, cells: Sequence[object], kind: FileKind) -> tuple[list[Any], list[Any]]:
    """Values and rules of cells of one column, in their order; `hour` reads the day's cells."""
    names = list(HEADERS)
    place = names.index("day" if column == "hour" else column)
    rows = [["x", *[cell if n == place else "" for n in range(1, len(names))]] for cell in cells]
    table = [list(HEADERS.values()), *rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"styles.{kind}"
        found = (write_text if kind == "csv" else write_sheet)(path, table)
        _, read_rows = read(found, book=BOOK)
    assert read_rows.num_rows == len(cells)
    return read_rows[column].to_pylist(), read_rows["_parse_rule"].to_pylist()


def again(column: str, values: Sequence[Any], kind: FileKind) -> None:
    """Write values in the plainest way, and read them."""
    texts = [_plain(column, value) for value in values]
    assert parsed(column, texts, kind) == (list(values), [None] * len(values))


def _plain(column: str, value: Any) -> str:
    if column == "moment":
        return f"{value + HOURS:%Y-%m-%d %H:%M:%S}"
    if column == "share":
        return f"{value * 100}%"
    return value.isoformat() if isinstance(value, date) else str(value)


def survives(column: str, cells: dict[object, Any], kinds: Sequence[FileKind] = KINDS) -> None:
    """These cells have these values, and so have the values written anew."""
    for kind in kinds:
        found, rules = parsed(column, [*cells], kind)
        assert dict(zip(cells, found, strict=True)) == cells, kind
        assert set(rules) <= {None}, kind
        again(column, found, kind)


def dressed(text: str) -> list[str]:
    """A text as people and programs write it around and in other widths."""
    return [text, text.translate(_WIDE), f'="{text}"', *(f"{b}{text}{b}" for b in BLANKS)]


@FEW
@given(st.integers(-(2**63), 2**63 - 1), st.integers(1, 4))
@example(0, 1)
@example(-999, 2)
def test_integers(number: int, zeros: int) -> None:
    texts = [str(number), f"{number:,}", f"{number}.{'0' * zeros}", f"{number:,}.0"]
    texts += [f"+{number}"] if number >= 0 else []
    survives("whole", {cell: number for text in texts for cell in dressed(text)})


@FEW
@given(st.decimals(Decimal("-9999999999999999.99"), Decimal("9999999999999999.99"), places=2))
@example(Decimal("0.00"))
@example(Decimal("-0.10"))
@example(Decimal("1000.00"))
def test_money(amount: Decimal) -> None:
    size, sign = abs(amount), "-" if amount < 0 else ""
    bare = [f"{size:.2f}", f"{size:,.2f}"]
    bare += [f"{size:f}".rstrip("0").rstrip(".")] if size == size.to_integral() else []
    texts = [f"{sign}{one}" for one in bare]
    texts += [f"{sign}{yuan}{one}" for yuan in ("¥", "￥", "¥ ", "￥ ") for one in bare]
    texts += [f"{yuan}{sign}{one}" for yuan in ("¥", "￥") for one in bare if sign]
    survives("yuan", {cell: amount for text in texts for cell in dressed(text)})


@FEW
@given(st.decimals(Decimal("-99999999999999.9999"), Decimal("99999999999999.9999"), places=4))
def test_decimals(number: Decimal) -> None:
    texts = [f"{number:.4f}", f"{number:,.4f}", f"{number:.4f}00"]
    survives("number", {cell: number for text in texts for cell in dressed(text)})


@FEW
@given(st.decimals(Decimal("-10"), Decimal("10"), places=6))
@example(Decimal("0.138300"))
def test_shares(share: Decimal) -> None:
    texts = [f"{share * 100:.4f}%", f"{share * 100:.4f} %"]
    texts += [f"{share:f}"] if 0 <= share <= 1 else []
    survives("share", {cell: share for text in texts for cell in dressed(text)})


_MOMENTS = st.datetimes(at("2000-01-02 00:00"), at("2099-12-31 00:00"))


@FEW
@given(_MOMENTS.map(lambda moment: moment.replace(microsecond=0)))
@example(at("2024-02-29 00:00"))
@example(at("2024-08-06 09:05:00"))
def test_moments(moment: datetime) -> None:
    m = moment
    texts = [f"{m:%Y-%m-%d %H:%M:%S}", f"{m:%Y/%m/%d %H:%M:%S}", f"{m:%Y-%m-%dT%H:%M:%S}"]
    texts.append(f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M:%S}")
    texts += [f"{m:%Y-%m-%d %H:%M}", f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M}"] * (not m.second)
    survives("moment", {cell: moment - HOURS for text in texts for cell in dressed(text)})
    survives("moment", {moment: moment - HOURS}, ["xlsx"])


@FEW
@given(st.dates(date(2000, 1, 2), date(2099, 12, 31)))
@example(date(2024, 2, 29))
def test_days(day: date) -> None:
    texts = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}"]
    texts += [f"{day.year}-{day.month}-{day.day}", f"{day} 00:00:00", f"{day:%Y/%m/%d} 0:00"]
    survives("day", {cell: day for text in texts for cell in dressed(text)})
    survives("day", {datetime.combine(day, datetime.min.time()): day}, ["xlsx"])


@FEW
@given(st.dates(date(2000, 1, 2), date(2099, 12, 31)), st.integers(0, 23))
@example(date(2024, 8, 6), 23)
def test_hours_of_a_day(day: date, hour: int) -> None:
    texts = [
        f"{day} {hour:02d}:00 - {hour:02d}:59",
        f"{day} {hour:02d}:00-{hour:02d}:59",
        f"{day} {hour:02d}:00~{hour + 1:02d}:00",
        f"{day:%Y/%m/%d} {hour}:00 - {hour + 1}:00",
        f"{day} {hour:02d}:00:00 - {hour:02d}:59:59",
    ]
    cells = [cell for text in texts for cell in dressed(text)]
    for kind in KINDS:
        assert parsed("hour", cells, kind) == ([hour] * len(cells), [None] * len(cells))
        assert parsed("day", cells, kind)[0] == [day] * len(cells)


@FEW
@given(st.text("0123456789", min_size=15, max_size=30))
@example("000000000000001")
@example("123456789012345678")
def test_long_ids_are_exact_as_text(digits: str) -> None:
    cells: dict[object, Any] = {digits: digits, f'="{digits}"': digits, f"\t{digits}": digits}
    survives("label", cells)
    for kind in KINDS:
        assert parsed("buyer", [*cells], kind)[0] == [key_of(digits)] * len(cells)


@FEW
@given(st.integers(-(10**17), 10**17))
@example(10**15 - 1)
@example(10**15)
@example(-(10**15))
def test_a_number_cell_is_exact_below_a_quadrillion_and_refused_above(number: int) -> None:
    is_exact = abs(number) < 10**15
    for column in ("label", "buyer"):
        value = key_of(str(number)) if column == "buyer" else str(number)
        rule = None if is_exact else f"{column}_unreadable"
        assert parsed(column, [number], "xlsx") == ([value if is_exact else None], [rule])


_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")


@FEW
@given(
    st.lists(
        st.text("0123456789０５.,，¥￥+-− %％元$€eExX()/:¼∞", max_size=9), min_size=20, max_size=60
    )
)
@example(["1,23", "1,234", "12,345,6", "1.234,50", "0,123", "１，２３", "1,234,567.5", "¥1,2345"])
def test_what_is_read_can_mean_nothing_else(texts: list[str]) -> None:
    """Of any text: without marks of thousands, each before three digits, it is this number."""
    for column in ("whole", "yuan", "number", "share"):
        found, rules = parsed(column, texts, "xlsx")
        for text, value, rule in zip(texts, found, rules, strict=True):
            plain = text.translate(str.maketrans("０５，￥％−", "05,¥%-")).strip(" ")
            if value is None:
                assert (rule is None) == (plain in ("", "-")), text
                continue
            bare = _GROUPED.sub("", plain).replace("¥", "").replace(" ", "")
            percent = bare.endswith("%")
            assert Decimal(bare.removesuffix("%")) / (100 if percent else 1) == value, text
            assert percent <= (column == "share"), text
            assert ("¥" in plain) <= (column == "yuan"), text


NEVER_READ = {
    "whole": [
        *("1,23", "12,34", "1,2345", "12,345,6", "0,123", ",123", "1,", "1,,234", "1，23", "1.5"),
        *("1.234,50", "1 234", "1'234", "1_234", "1e5", "1E+05", "0x1f", "NaN", "nan", "∞", "inf"),
        *("TRUE", "true", "是", "½", "²", "١٢٣", "一百", "12件", "1万", "--5", "5-", "(5)", "=1+1"),
        *("#REF!", "9223372036854775808", "1.", ".0", "¥1", "1%", "$1"),
    ],
    "yuan": [
        *("1,23", "12,34", "1.234,50", "1,234.5,6", "0,123", "$12", "US$12.00", "€12", "HK$12"),
        *("12元", "12.00 CNY", "USD 5", "¥¥5", "￥$5", "¥", "1e5", "1E5", "NaN", "Infinity", "∞"),
        *("TRUE", "12.345", "1.", ".5", "1 234", "(12.00)", "12-", "+-12", "12%", "1.2k", "1.5万"),
        *("99999999999999999.00", "=SUM(A1)", "#N/A", "0.1.2", "12/5"),
    ],
    "number": [
        *("1,23", "12,34", "1.234,50", "1e5", "NaN", "∞", "12.", ".5", "¥1", "1%", "1 2"),
        *("999999999999999.0000", "TRUE"),
    ],
    "share": [
        *("13.83", "1383", "13,83%", "1,23", "1.01", "-0.5", "%", "13.83%%", "1e-2", "NaN", "½"),
        *("13.83‰", "TRUE", "13.83 pct"),
    ],
    "moment": [
        *("01/02/2024", "01/02/2024 09:30", "1/2/24 09:30", "02-01-2024 09:30", "2024-08-06"),
        *("2024-13-01 09:30", "2024-02-30 09:30", "2023-02-29 09:30", "2024-08-06 24:00"),
        *("2024-08-06 09:60", "2024-08-06 9:30 PM", "2024年8月6日 9:30", "2024-08/06 09:30"),
        *("20240806093000", "1722907800", "45510.4", "2024-08-06 09:30:00Z", "昨天", "2024-08-06T"),
        *("1999-12-31 23:59:59", "2024-08-06 09:30:00+09:00", "2024-08-06 09:30:00.5"),
    ],
    "day": [
        *("01/02/2024", "1/2/24", "02-01-2024", "2024-08", "2024-02-30", "2023-02-29", "20240806"),
        *("2024-08-06 10:00", "2024-08-06 ~ 2024-08-12", "2024-08-06 14:00 - 16:00", "45510"),
        *("2024-08-06 14:00 - 13:59", "2024年8月6日", "1999-12-31", "2024-08/06", "0024-08-06"),
        *("2024-08-06 24:00 - 24:59", "2024-08-06 23:00 - 00:00", "今日"),
    ],
    "label": ["1.23457E+17", "1E+15", "#REF!", "#N/A", "########"],
    "buyer": ["1.23457E+17", "#VALUE!", "####"],
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", NEVER_READ)
def test_what_could_mean_two_things_is_never_read(column: str, kind: FileKind) -> None:
    cells = NEVER_READ[column]
    found, rules = parsed(column, cells, kind)
    wanted = dict.fromkeys(cells, (None, f"{column}_unreadable"))
    assert dict(zip(cells, zip(found, rules, strict=True), strict=True)) == wanted


@pytest.mark.parametrize("column", ["whole", "yuan", "number", "share", "moment", "day"])
def test_a_yes_or_no_is_no_number_and_no_time(column: str) -> None:
    assert parsed(column, [True, False], "xlsx") == ([None] * 2, [f"{column}_unreadable"] * 2)
