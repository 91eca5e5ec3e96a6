"""What is wrong with the rows of a file: the first cell of each that cannot be read, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.cell_batches import TextCells
from orchestration.exports.cell_types import EXPECTED
from orchestration.exports.layouts import Column
from orchestration.exports.recognise import Recognised

_OTHER_LENGTH = "row_has_other_length"


class Faults(NamedTuple):
    """By place of the row: the rule that it breaks, why, and its cells as a JSON object."""

    rules: dict[int, str]
    reasons: dict[int, str]
    cells: dict[int, str]


def faults_of(
    found: Recognised,
    cells: TextCells,
    texts: Mapping[str, pa.StringArray],
    values: Mapping[str, pa.Array],
) -> Faults:
    """The faults of typed rows: `texts` are their cleaned cells, `values` what these mean."""
    columns = [found.layout.columns[name] for name in found.positions]
    marked = [*_unreadable(columns, texts, values), *_missing(columns, values)]
    # Of several faults the first one counts.
    rules = {place: rule for rule, places in reversed(marked) for place in places}
    rules |= dict.fromkeys(cells.other_length, _OTHER_LENGTH)
    sentences = _sentences(found, columns)
    reasons = {place: sentences[rule] for place, rule in rules.items() if rule in sentences}
    return Faults(rules, {**reasons, **cells.other_length}, _as_json(columns, texts, sorted(rules)))


def _unreadable(
    columns: list[Column], texts: Mapping[str, pa.StringArray], values: Mapping[str, pa.Array]
) -> Iterator[tuple[str, list[int]]]:
    for column in columns:
        # The cell of an hour is a date's, which may well hold none.
        if column.derived_from is None and values[column.name].null_count:
            is_unread = kernels.computed("is_null", values[column.name])
            is_told = kernels.computed("is_valid", texts[column.name])
            yield f"{column.name}_unreadable", kernels.places(kernels.both(is_unread, is_told))


def _missing(
    columns: list[Column], values: Mapping[str, pa.Array]
) -> Iterator[tuple[str, list[int]]]:
    for column in columns:
        if column.required == "value":
            is_missing = kernels.computed("is_null", values[column.name])
            yield f"{column.name}_missing", kernels.places(is_missing)


def _sentences(found: Recognised, columns: list[Column]) -> dict[str, str]:
    return {
        f"{column.name}_{kind}": f"The cell under '{found.headers[column.name]}' {what}."
        for column in columns
        for kind, what in (("unreadable", EXPECTED[column.type]), ("missing", "is empty"))
    }


def _as_json(
    columns: list[Column], texts: Mapping[str, pa.StringArray], places: list[int]
) -> dict[int, str]:
    """The cells of these rows, but for buyer numbers."""
    shown = {
        column.name: texts[column.name].take(pa.array(places, pa.int64())).to_pylist()
        for column in columns
        if column.derived_from is None and column.type != "customer"
    }
    return {
        place: _json({name: column[n] for name, column in shown.items()})
        for n, place in enumerate(places)
    }


def _json(cells: Mapping[str, str | None]) -> str:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
