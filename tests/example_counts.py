"""How many examples a property is asked that costs more, or less, than a hundred usual ones."""

from __future__ import annotations

from hypothesis import settings

_USUAL = 100


def scaled(usual: int) -> int:
    """So many in every whole run: a fifth of them in the everyday loop, ten times in a long one."""
    chosen = settings.default
    assert chosen is not None
    return max(1, chosen.max_examples * usual // _USUAL)
