"""Frames of plain Python values: an unknown one is None, money is Decimal, a day is a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd


def frame(rows: Iterable[Mapping[str, object]], columns: Sequence[str] = ()) -> pd.DataFrame:
    """A frame of these rows; nothing in it is turned into another type."""
    return pd.DataFrame(list(rows), columns=list(columns) or None, dtype=object)
