"""Set two tables side by side, cell by cell."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

ONE_TO_ONE = "customer_key"  # a keyed hash there, the plain buyer number here


def frame(rows: Iterable[Any], columns: list[str] | None = None) -> pd.DataFrame:
    """A table that keeps Python's own values: Decimal, int, date, None (no NaN, no NaT).

    `rows` are dicts, or tuples with `columns`, e.g. of `cursor.fetchall()`.
    """
    return pd.DataFrame(list(rows), columns=columns, dtype=object)


def compare(expected: pd.DataFrame, actual: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    """Every difference as a readable line; an empty list if there is none.

    Both tables are made by `frame`. Types count: a Decimal equals a Decimal only, null only null.
    Doubles may differ by 1e-9 of their size. Columns that only `actual` has are left alone.
    """
    missing = [column for column in expected.columns if column not in actual.columns]
    if missing:
        return [f"column {column} is missing" for column in missing]
    ours, theirs = by_key(expected, keys), by_key(actual, keys)
    lines = [f"{label(keys, key)}: the row is missing" for key in ours if key not in theirs]
    lines += [f"{label(keys, key)}: the row is unexpected" for key in theirs if key not in ours]
    if len(theirs) < len(actual):
        lines.append(f"{len(actual) - len(theirs)} rows repeat the key of another row")
    shared = [key for key in ours if key in theirs]
    for column in expected.columns:
        if column == ONE_TO_ONE:
            pairs = {(ours[key][column], theirs[key][column]) for key in shared}
            lines += not_one_to_one(pairs)
            continue
        for key in shared:
            here, there = ours[key][column], theirs[key][column]
            if not same(here, there):
                lines.append(f"{label(keys, key)}: {column} should be {here!r} but is {there!r}")
    return lines


def by_key(table: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by the values of their keys."""
    names = [str(name) for name in table.columns]
    rows = (dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None))
    return {tuple(row[key] for key in keys): row for row in rows}


def label(keys: Sequence[str], values: Sequence[Any]) -> str:
    """A row's name in a sentence."""
    return ", ".join(f"{key} {value}" for key, value in zip(keys, values, strict=True))


def same(expected: object, actual: object) -> bool:
    """Whether two cells are equal in type and value, doubles nearly."""
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, float) and isinstance(actual, float):
        return math.isclose(expected, actual, rel_tol=1e-9, abs_tol=0.0)
    return expected == actual


def not_one_to_one(pairs: set[tuple[Any, Any]]) -> list[str]:
    """Customers that are one here and two there, or the other way, or anonymous on one side."""
    lines = [
        f"{ONE_TO_ONE}: {here!r} stands beside {there!r}, but null goes with null only"
        for here, there in pairs
        if (here is None) != (there is None)
    ]
    for side, what in ((0, "has several"), (1, "is shared by several")):
        counts = Counter(pair[side] for pair in pairs)
        lines += [f"{ONE_TO_ONE}: {one!r} {what}" for one, n in counts.items() if n > 1]
    return lines
