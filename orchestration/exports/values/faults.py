"""What is wrong with the rows of a file: the first cell of each that cannot be read, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.layout.book import Column
from orchestration.exports.layout.recognise import Recognised
from orchestration.exports.table.cell_batches import TextCells
from orchestration.exports.values.cell_types import EXPECTED

_OTHER_LENGTH = "row_has_other_length"


class Faults(NamedTuple):
    """By row, null where nothing is wrong: the rule that it breaks, why, its cells as JSON."""

    rules: pa.StringArray
    reasons: pa.StringArray
    cells: pa.StringArray


def faults_of(
    found: Recognised,
    cells: TextCells,
    texts: Mapping[str, pa.StringArray],
    values: Mapping[str, pa.Array],
) -> Faults:
    """The faults of typed rows: `texts` are their cleaned cells, `values` what these mean."""
    columns = [found.layout.columns[name] for name in found.positions]
    lengths = kernels.scattered(cells.other_length, len(cells))
    # Of several faults the first one counts.
    rules = kernels.first_named(
        [
            (_OTHER_LENGTH, kernels.computed("is_valid", lengths)),
            *_unreadable(columns, texts, values),
            *_missing(columns, values),
        ]
    )
    sentences = _sentences(found, columns)
    reasons = kernels.changed(rules, kernels.computed("is_valid", rules), sentences.get)
    return Faults(rules, kernels.coalesced(lengths, reasons), _as_json(columns, texts, rules))


def _unreadable(
    columns: Sequence[Column], texts: Mapping[str, pa.StringArray], values: Mapping[str, pa.Array]
) -> Iterator[tuple[str, pa.BooleanArray]]:
    for column in columns:
        # The cell of an hour is a date's, which may well hold none.
        if column.derived_from is None and values[column.name].null_count:
            is_unread = kernels.computed("is_null", values[column.name])
            is_told = kernels.computed("is_valid", texts[column.name])
            yield f"{column.name}_unreadable", kernels.both(is_unread, is_told)


def _missing(
    columns: Sequence[Column], values: Mapping[str, pa.Array]
) -> Iterator[tuple[str, pa.BooleanArray]]:
    for column in columns:
        if column.required == "value":
            yield f"{column.name}_missing", kernels.computed("is_null", values[column.name])


def _sentences(found: Recognised, columns: Sequence[Column]) -> dict[str, str]:
    return {
        f"{column.name}_{kind}": f"The cell under '{found.headers[column.name]}' {what}."
        for column in columns
        for kind, what in (("unreadable", EXPECTED[column.type]), ("missing", "is empty"))
    }


def _as_json(
    columns: Sequence[Column], texts: Mapping[str, pa.StringArray], rules: pa.StringArray
) -> pa.StringArray:
    """The cells of the rows that break a rule, but for buyer numbers."""
    places = kernels.places(kernels.computed("is_valid", rules))
    shown = {
        column.name: texts[column.name].take(pa.array(places, pa.int64())).to_pylist()
        for column in columns
        if column.derived_from is None and column.type != "customer"
    }
    rows = ({name: column[n] for name, column in shown.items()} for n in range(len(places)))
    return kernels.scattered(dict(zip(places, map(_json, rows), strict=True)), len(rules))


def _json(cells: Mapping[str, str | None]) -> str:
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
