"""Rows of a file that go no further, and why: totals, empty rows, what a layout leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import duckdb
import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.errors import LayoutError
from orchestration.exports.layout.rows import Terms
from orchestration.exports.table.cell_batches import TextCells
from orchestration.exports.table.cells import TOTAL_MARKS
from orchestration.exports.values.cleaning import clean_column

_ANY_TOTAL = "|".join(TOTAL_MARKS)
_PLACE = "_place"


def skips_of(
    terms: Terms,
    cells: TextCells,
    texts: Mapping[str, pa.StringArray],
    left_out: pa.BooleanArray,
) -> pa.StringArray:
    """The reason by row, null for those that go on.

    `texts` are their cleaned cells; `left_out` are those that the layout itself leaves out.
    """
    return kernels.first_named(
        [
            ("discarded", kernels.flags_at(cells.discarded, len(cells))),
            ("total", _totals(terms, cells, texts)),
            ("empty", _empty(cells, texts)),
            (terms.skip_reason, left_out),
        ]
    )


def _empty(cells: TextCells, texts: Mapping[str, pa.StringArray]) -> pa.BooleanArray:
    if any(column.null_count == 0 for column in texts.values()):
        return kernels.flags_at((), len(cells))
    are_blank = reduce(kernels.both, (kernels.computed("is_null", c) for c in texts.values()))
    are_uneven = kernels.flags_at(cells.other_length, len(cells))
    return kernels.both(are_blank, kernels.opposite(are_uneven))


def _totals(terms: Terms, cells: TextCells, texts: Mapping[str, pa.StringArray]) -> pa.BooleanArray:
    """Rows that begin like a total, and have no key or date of their own.

    A remark may begin like a total too; a row that has its own key is a row all the same.
    """
    keys = {name: texts[name] for name in terms.keys if name in texts}
    own_marks = [_is_total(key) for key in keys.values()]
    begins = reduce(kernels.either, own_marks, _is_total(_first(cells)))
    if not kernels.is_any(begins):
        return begins
    blank = {name: kernels.computed("is_null", key) for name, key in keys.items()}
    has_no_key = reduce(kernels.both, blank.values(), begins)
    no_day = [blank[name] for name in terms.date_columns if name in blank]
    return kernels.both(begins, reduce(kernels.either, [*own_marks, *no_day], has_no_key))


def _first(cells: TextCells) -> pa.StringArray:
    """The first cells, cleaned if one of them may be a total's."""
    may_be = kernels.holds(cells.first, _ANY_TOTAL)
    return clean_column(cells.first, "text") if kernels.is_any(may_be) else cells.first


def _is_total(texts: pa.StringArray) -> pa.BooleanArray:
    return kernels.holds(texts, rf"\A(?:{_ANY_TOTAL})").fill_null(False)


class SkipWhen:
    """The rows that a layout's own condition leaves out; may be asked in several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, terms: Terms) -> None:
        self._connection = connection
        self._terms = terms

    def flags(self, values: Mapping[str, pa.Array], rules: pa.StringArray) -> pa.BooleanArray:
        """Whether a row is left out; a row that breaks a rule never is.

        Raises:
            LayoutError: the condition fails on one of the rows.
        """
        rows = len(rules)
        if not self._terms.skip_when:
            return kernels.flags_at((), rows)
        table = pa.table({**values, _PLACE: pa.array(range(rows), pa.int64())})
        with self._connection.cursor() as cursor:
            try:
                found = cursor.from_arrow(table).filter(self._terms.skip_when).select(_PLACE)
                places = [place for (place,) in found.fetchall()]
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise LayoutError(
                    f"{self._terms.source}: skip_when cannot be evaluated: {reason}; mend it in "
                    f"layouts/{self._terms.source}/layout.csv."
                ) from error
        are_good = kernels.computed("is_null", rules)
        return kernels.both(kernels.flags_at(places, rows), are_good)
