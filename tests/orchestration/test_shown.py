"""Lists and tables of metadata as the UI draws them: Markdown that no name of a file can break."""

from __future__ import annotations

from decimal import Decimal

from orchestration.defs.shown import listed, tabled


def test_nothing_to_list_is_said_and_not_left_empty() -> None:
    assert listed([]).value == tabled(("a", "b"), []).value == "none"


def test_each_sentence_has_its_line() -> None:
    assert listed(["One.", "Two."]).value == "- One.\n- Two."


def test_numbers_stand_to_the_right_and_a_bar_makes_no_cell() -> None:
    table = tabled(
        ("file", "rows", "GMV", "share"),
        [("a|b\nc.xlsx", 12345, Decimal("-1234.50"), "5 %"), ("d", 0, Decimal(0), "")],
    ).value
    assert table is not None
    assert table.splitlines() == [
        "| file | rows | GMV | share |",
        "| --- | --: | --: | --- |",
        "| a/b c.xlsx | 12,345 | -1,234.50 | 5 % |",
        "| d | 0 | 0 |  |",
    ]
