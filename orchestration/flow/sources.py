"""Which sources there are: none whose rows are read is left out at the gate."""

from __future__ import annotations

from expectations.suite import suite_names
from orchestration.exports.layout.load import load_layouts
from orchestration.home import Home


def sources(home: Home) -> tuple[str, ...]:
    """Every source that has a suite or a layout, those of the home's own layouts too.

    Raises:
        LayoutError: a row of the home's layouts is wrong.
    """
    return tuple(sorted({*suite_names(), *load_layouts(home.layouts).sources}))
