"""What no table of decisions may ever say, whatever has happened before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from incentive_worlds.decided import Table

# What is limited, and for whom: all merchants together or each of them.
_AMOUNTS = {"window_cap": "window", "merchant_cap": "merchant", "budget": "all"}


def overdrawn(table: Table, programmes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows that earn more than their cap, and versions that give more than a limit of theirs."""
    limits = {
        (words["programme"], version["version"]): version["reward"]
        for words in programmes
        for version in words["versions"]
    }
    return [*_above_their_cap(table), *_above_a_limit(table, limits)]


def _above_their_cap(table: Table) -> Iterator[str]:
    for key, row in table.items():
        earned, cap = row["earned"], row["cap"]
        if earned is not None and cap is not None and earned > cap:
            yield f"{key} earns {earned} of {cap}"


def _above_a_limit(
    table: Table, limits: Mapping[tuple[str, int], Mapping[str, Any]]
) -> Iterator[str]:
    earned: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    claims: dict[tuple[Any, ...], int] = defaultdict(int)
    for (merchant, programme, window, week), row in table.items():
        version = programme, row["rule_version"]
        of = {"window": (merchant, window), "merchant": (merchant,), "all": ()}
        for limit, whose in _AMOUNTS.items():
            earned[version, limit, week, of[whose]] += row["earned"] or 0
        claims[version, "claims_cap", week, (merchant,)] += (row["earned"] or 0) > 0
    for key, value in [*earned.items(), *claims.items()]:
        limit = limits[key[0]].get(key[1])
        if limit is not None and value > Decimal(str(limit)):
            yield f"{key} comes to {value} of {limit}"
