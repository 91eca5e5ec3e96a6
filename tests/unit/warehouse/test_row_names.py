"""How a row is named, in the words that quarantine and newer exports share."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.warehouse.row_names import RowNames


def selected(query: str, cells: dict[str, str]) -> tuple[object, ...]:
    """The one row of a query over columns given as SQL."""
    columns = ", ".join(f'{sql} as "{name}"' for name, sql in cells.items())
    with duckdb.connect() as connection:
        (row,) = connection.execute(f"select {query} from (select {columns})").fetchall()
    return row


def key(names: tuple[str, ...], **cells: str) -> object:
    return selected(RowNames(names, time="").key_sql, cells)[0]


def days(names: RowNames, **cells: str) -> object:
    return selected(f"{names.first_day_sql}::varchar, {names.last_day_sql}::varchar", cells)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            {"_cut": "'day'", "unit_id": "'91'", "stat_date": "date '2024-09-02'"},
            "day/91/2024-09-02",
        ),
        ({"_cut": "'day'", "unit_id": "null", "stat_date": "date '2024-09-02'"}, "day//2024-09-02"),
        ({"_cut": "'day'", "unit_id": "'91'", "stat_date": "null"}, "day/91/"),
        ({"_cut": "'day'", "unit_id": "null", "stat_date": "null"}, None),
    ],
)
def test_an_unknown_part_is_blank_and_nothing_known_is_no_key(
    cells: dict[str, str], expected: str | None
) -> None:
    assert key(("_cut", "unit_id", "stat_date"), **cells) == expected


def test_a_key_of_one_part_is_that_part() -> None:
    assert key(("order_id",), order_id="'P 1/2'") == "P 1/2"
    assert key(("order_id",), order_id="null") is None


def test_days_are_those_of_the_platforms_clock() -> None:
    moment = "timestamp '2024-06-01 16:00:00'"  # midnight in Shanghai
    assert days(RowNames((), "paid_at"), paid_at=moment) == ("2024-06-02", "2024-06-02")
    period = {"first": "date '2024-06-01'", "last": "date '2024-06-07'"}
    assert days(RowNames((), "first", "last"), **period) == ("2024-06-01", "2024-06-07")


def test_names_of_columns_may_be_words_of_sql() -> None:
    assert key(("order", "group"), order="'a'", group="'b'") == "a/b"
