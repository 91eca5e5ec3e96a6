"""Ways to break a table: its cells, rows and headers. Each gives other rows of the same file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from orchestration.samples.market.cells import Cell, Formula
from orchestration.samples.workbooks import PERSONAL_MARK
from tests.fuzz.seed_files import Seed, as_text

Rows = list[list[Cell]]
Change = Callable[[Random, Seed, Rows], None]

# The longest text that a cell of a workbook holds, and more than one of any spreadsheet does.
_LONGEST, _TOO_LONG = 32_767, 140_000
HOSTILE = (
    *("=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("javascript:alert(1)","x")', "@SUM(A1)", "+1+1"),
    *('="', '=""', '="="', "'", '"', '""', '"a', "a\nb", "a\r\nb", "\n", "a,b;c\td", "\\", "%s{}"),
    *("<script>alert(1)</script>", "<!channel>", "<@U123>", "&lt;", "&#xD800;", "]]>", "<![CDATA["),
    *("\u202e\u202dgnp", "\u200b", "\ufeff", "\ufffd", "\x01\x02\x1f", "\x00", "\x7f", "\x85"),
    *(
        "🙂👩‍👩‍👧",
        "é",
        "e\u0301",
        "ﷺ" * 50,
        "\U0010ffff",
        "\ue000",
        "_xD800_",
        "_x0000_",
        "_x000D_",
    ),
    *("合计", "总计", "合计3条记录", "汇总", "-", "—", "/", "N/A", "null", "None", "TRUE", "#REF!"),
    *("1,23", "12,34", "1.234,50", "$1", "€1", "US$1", "1元", "1e5", "1e999", "NaN", "∞", "-0"),
    *(
        "0" * 30,
        "9" * 19,
        "9" * 400,
        "-" + "9" * 17 + ".99",
        "0." + "0" * 50 + "1",
        "½",
        "٣",
        "１２",
    ),
    *("01/02/2024", "2024-02-30", "9999-12-31", "0001-01-01", "2099-12-31 23:59:59", "20240101"),
    *("2000-01-01 00:00:00", "2024-07-01 24:00", "2024-07-01 10:00 - 09:59", "1.23457E+17", "≈1"),
    *("%", "0%", "99999999999999999%", "1%%", "¥", "￥-1", "2024-07-01~2024-07-02", "x" * _LONGEST),
)
_NUMBERS = (
    0.0,
    -0.0,
    0.1 + 0.2,
    1e15,
    1e-7,
    1e300,
    -1e308,
    1.5,
    12345678901234567.0,
    45450.5,
    -1.0,
)


def _cell(rng: Random, seed: Seed, rows: Rows) -> tuple[int, int]:
    """The place of a cell below the header, not of a person."""
    line = rng.randrange(seed.header + 1, len(rows))
    places = [n for n, cell in enumerate(rows[line]) if PERSONAL_MARK not in as_text(cell)]
    return line, rng.choice(places) if places else 0


def hostile_cells(rng: Random, seed: Seed, rows: Rows) -> None:
    for _ in range(rng.choice([1, 1, 3, 12])):
        line, place = _cell(rng, seed, rows)
        if rows[line]:
            rows[line][place] = rng.choice(HOSTILE)


def too_long_cell(rng: Random, seed: Seed, rows: Rows) -> None:
    line, place = _cell(rng, seed, rows)
    if rows[line]:
        rows[line][place] = "y" * (_TOO_LONG if seed.kind == "csv" else _LONGEST)


def other_kinds(rng: Random, seed: Seed, rows: Rows) -> None:
    """Numbers, formulas and errors where text was; what a text file makes of them is theirs."""
    for _ in range(rng.choice([1, 4])):
        line, place = _cell(rng, seed, rows)
        if rows[line]:
            formula = Formula("=SUM(A1:A2)", rng.choice([None, 0.0, 3.0]))
            rows[line][place] = rng.choice([*_NUMBERS, formula])


def a_whole_column(rng: Random, seed: Seed, rows: Rows) -> None:
    _, place = _cell(rng, seed, rows)
    text = rng.choice(HOSTILE[:-1])
    for row in rows[seed.header + 1 :]:
        if place < len(row):
            row[place] = text


def drop_rows(rng: Random, seed: Seed, rows: Rows) -> None:
    for _ in range(rng.choice([1, 2, len(rows)])):
        if len(rows) > seed.header + 1:
            del rows[rng.randrange(seed.header + 1, len(rows))]


def double_rows(rng: Random, seed: Seed, rows: Rows) -> None:
    for _ in range(rng.choice([1, 3, 40])):
        rows.insert(
            rng.randrange(seed.header + 1, len(rows) + 1),
            list(rng.choice(rows[seed.header + 1 :] or rows)),
        )


def blank_rows(rng: Random, seed: Seed, rows: Rows) -> None:
    width = len(rows[seed.header])
    for _ in range(rng.choice([1, 5])):
        blank: list[Cell] = [rng.choice(["", "-", " ", "\u3000"])] * rng.choice([0, 1, width])
        rows.insert(rng.randrange(0, len(rows) + 1), blank)


def total_rows(rng: Random, seed: Seed, rows: Rows) -> None:
    width = len(rows[seed.header])
    total: list[Cell] = [
        rng.choice(["合计", "总计", " 合计 ", "合计8条记录"]),
        *["1"] * (width - 1),
    ]
    rows.insert(rng.randrange(seed.header + 1, len(rows) + 1), total[: rng.choice([1, width])])


def shift_cells(rng: Random, seed: Seed, rows: Rows) -> None:
    """Rows that are longer or shorter than the header."""
    for _ in range(rng.choice([1, 3])):
        row = rows[rng.randrange(0, len(rows))]
        if row and rng.random() < 0.5:
            del row[rng.randrange(len(row))]
        else:
            row.insert(rng.randrange(len(row) + 1), rng.choice(HOSTILE[:-1]))


def header_again(rng: Random, seed: Seed, rows: Rows) -> None:
    rows.insert(rng.randrange(seed.header + 1, len(rows) + 1), list(rows[seed.header]))


def titles(rng: Random, seed: Seed, rows: Rows) -> None:
    for _ in range(rng.choice([1, 4, 12])):
        rows.insert(0, [rng.choice(HOSTILE[:-1])])


def rename_headers(rng: Random, seed: Seed, rows: Rows) -> None:
    header = rows[seed.header]
    for _ in range(rng.choice([1, 2, 6]) if header else 0):
        place = rng.randrange(len(header))
        text = as_text(header[place])
        header[place] = rng.choice(
            [*HOSTILE[:40], "", text + "2", text.upper(), f" {text}\n", text[::-1], "x" * 300]
        )


def drop_columns(rng: Random, seed: Seed, rows: Rows) -> None:
    for _ in range(rng.choice([1, 3])):
        place = rng.randrange(max(1, len(rows[seed.header]) - 1))
        for row in rows:
            del row[place : place + 1]


def double_columns(rng: Random, seed: Seed, rows: Rows) -> None:
    place = rng.randrange(max(1, len(rows[seed.header]) - 1))
    for row in rows:
        row[place:place] = row[place : place + 1]


def reorder_columns(rng: Random, seed: Seed, rows: Rows) -> None:
    width = len(rows[seed.header])
    order = rng.sample(range(width), width)
    for row in rows[seed.header :]:
        if len(row) == width:
            row[:] = [row[place] for place in order]


# Those that leave each cell under its header: then nothing of a person may come through.
STEADY: tuple[Change, ...] = (
    hostile_cells,
    hostile_cells,
    too_long_cell,
    other_kinds,
    a_whole_column,
    drop_rows,
    double_rows,
    blank_rows,
    total_rows,
    header_again,
    reorder_columns,
    double_columns,
    drop_columns,
)
SHIFTING: tuple[Change, ...] = (shift_cells, titles, rename_headers)
