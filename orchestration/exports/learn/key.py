"""What newer files of a new source replace by: the fewest columns that tell every row apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from orchestration.exports.learn.profile import Profile, distinct_rows
from orchestration.exports.learn.proposal import Proposal
from orchestration.exports.learn.table import Table
from orchestration.exports.learn.words import parts
from orchestration.exports.owners import OWNER_COLUMNS
from orchestration.sections import DuckDBSettings

# Three ids beside the day name a row of every report known; more ids would be tried in vain.
_MOST_IDS, _IDS_TRIED = 3, 6


def key_of(
    table: Table,
    mapped: Mapping[int, Proposal],
    found: Mapping[int, Profile],
    day: Proposal | None,
    limits: DuckDBSettings,
) -> tuple[list[int], str]:
    """The places of what newer files replace by, and a sentence about it.

    Args:
        table: the file.
        mapped: the columns that are read, by place.
        found: what their cells are.
        day: the column of a row's day, if there is one.
        limits: bounds for DuckDB.
    """
    ids = _ids(mapped, found)
    owners = [place for place in ids if mapped[place].column in OWNER_COLUMNS]
    others = [place for place in ids if place not in owners][:_IDS_TRIED]
    days = [day.place] if day else []
    # A number of an event names it whatever its time; a report says the same ids every day.
    is_event = day is not None and day.type == "timestamp"
    for fixed in [owners, [*owners, *days]] if is_event else [[*owners, *days]]:
        if best := _unique(table, found, fixed, others, limits):
            return best, f"{_named(mapped, best)} tells every row from all others"
    chosen = sorted({*owners, *others, *days})
    return chosen, (
        "no ids tell every row from all others; a newer file replaces all rows of one "
        f"{_named(mapped, chosen) or 'period'}"
    )


def _unique(
    table: Table,
    found: Mapping[int, Profile],
    fixed: Sequence[int],
    ids: Sequence[int],
    limits: DuckDBSettings,
) -> list[int] | None:
    """The fewest ids that, with the fixed columns, tell every row apart; of several the finest.

    Without any id a file of few rows would be taken for one of a row a day.
    """
    rows = max(profile.rows for profile in found.values())
    for size in range(1 if ids else 0, _MOST_IDS + 1):
        subsets = [subset for subset in combinations(ids, size) if subset or fixed]
        if not subsets:
            continue
        with_fixed = distinct_rows(table, limits, [[*fixed, *subset] for subset in subsets])
        unique = [s for s, n in zip(subsets, with_fixed, strict=True) if n == rows]
        if unique:
            fineness = distinct_rows(table, limits, unique) if size else [0]
            # Reports go from the coarse to the fine: of equals the last.
            _, best = max(zip(fineness, unique, strict=True))
            return sorted({*fixed, *best})
    return None


def _ids(mapped: Mapping[int, Proposal], found: Mapping[int, Profile]) -> list[int]:
    """Text columns that are ids and filled in every row, in the order of the file."""
    return [
        place
        for place, one in mapped.items()
        if one.type == "text"
        and found[place].is_full
        and (
            one.column.endswith("_id")
            or parts(one.header).kind == "id"
            or found[place].counts["long_digits"] == found[place].filled
        )
    ]


def _named(mapped: Mapping[int, Proposal], places: Sequence[int]) -> str:
    return " + ".join(f"'{mapped[place].header}'" for place in sorted(places))
