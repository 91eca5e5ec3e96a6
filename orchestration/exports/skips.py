"""Rows of a file that go no further, and why: totals, empty rows, what a layout leaves out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import reduce

import duckdb
import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.cell_batches import TextCells
from orchestration.exports.cells import TOTAL_MARKS
from orchestration.exports.cleaning import clean_column
from orchestration.exports.errors import LayoutError
from orchestration.exports.layout_rows import Terms

_ANY_TOTAL = "|".join(TOTAL_MARKS)
_PLACE = "_place"


def skips_of(terms: Terms, cells: TextCells, texts: Mapping[str, pa.StringArray]) -> dict[int, str]:
    """Reasons by place of the row, whatever its values are; `texts` are its cleaned cells."""
    return {
        **dict.fromkeys(_empty(cells, texts), "empty"),
        **dict.fromkeys(_totals(terms, cells, texts), "total"),
        **dict.fromkeys(cells.discarded, "discarded"),
    }


def _empty(cells: TextCells, texts: Mapping[str, pa.StringArray]) -> list[int]:
    if any(column.null_count == 0 for column in texts.values()):
        return []
    are_blank = reduce(kernels.both, (kernels.computed("is_null", c) for c in texts.values()))
    return [place for place in kernels.places(are_blank) if place not in cells.other_length]


def _totals(terms: Terms, cells: TextCells, texts: Mapping[str, pa.StringArray]) -> list[int]:
    """Rows that begin like a total, and have no key or date of their own.

    A remark may begin like a total too; a row that has its own key is a row all the same.
    """
    keys = {name: texts[name] for name in terms.keys if name in texts}
    own_marks = [_is_total(key) for key in keys.values()]
    begins = reduce(kernels.either, own_marks, _is_total(_first(cells)))
    if not kernels.is_any(begins):
        return []
    has_no_key = reduce(
        kernels.both, (kernels.computed("is_null", key) for key in keys.values()), begins
    )
    no_day = [
        kernels.computed("is_null", keys[name]) for name in terms.date_columns if name in keys
    ]
    because = reduce(kernels.either, [*own_marks, *no_day], has_no_key)
    return kernels.places(kernels.both(begins, because))


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

    def places(self, values: Mapping[str, pa.Array], but: Collection[int]) -> dict[int, str]:
        """The reason by place of the row, `but` for rows that have a fault.

        Raises:
            LayoutError: the condition fails on one of the rows.
        """
        if not self._terms.skip_when:
            return {}
        rows = len(next(iter(values.values())))
        table = pa.table({**values, _PLACE: pa.array(range(rows), pa.int64())})
        with self._connection.cursor() as cursor:
            try:
                left_out = cursor.from_arrow(table).filter(self._terms.skip_when)
                found = left_out.select(_PLACE).fetchall()
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise LayoutError(
                    f"{self._terms.source}: skip_when cannot be evaluated: {reason}; mend it in "
                    f"layouts/{self._terms.source}/layout.csv."
                ) from error
        return {place: self._terms.skip_reason for (place,) in found if place not in but}
