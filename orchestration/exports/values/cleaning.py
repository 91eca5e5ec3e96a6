"""Cells cleaned a whole column at a time: what `clean` of `cells.py` does to one."""

from __future__ import annotations

import pyarrow as pa

from orchestration.exports import kernels
from orchestration.exports.layout.types import CellType
from orchestration.exports.table.cells import BLANKS, FORMULA_MARK, NOTHING, PLAIN_FORMS, clean

_TO_PLAIN = str.maketrans(dict(PLAIN_FORMS))
_AS_WRITTEN: tuple[CellType, ...] = ("text", "customer")


def clean_column(texts: pa.StringArray, cell_type: CellType) -> pa.StringArray:
    """Each cell as `clean` leaves it, null where it says that there is nothing.

    Of what is no text, full-width forms become plain ones before that.
    """
    if cell_type not in _AS_WRITTEN:
        is_wide = kernels.opposite(kernels.are_ascii(texts))
        texts = kernels.changed(texts, is_wide, lambda text: text.translate(_TO_PLAIN))
    texts = kernels.stripped(texts, BLANKS)
    texts = kernels.changed(texts, kernels.begin_with(texts, FORMULA_MARK), clean)
    nothing = kernels.are_in(texts, NOTHING)
    return kernels.only(texts, kernels.opposite(nothing)) if kernels.is_any(nothing) else texts
