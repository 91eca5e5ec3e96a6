"""Groups of exclusion: a clear order, no circle, one unit, no chain unnoticed. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from orchestration.incentives.programmes.checks.finding import Finding, warning
from orchestration.incentives.programmes.load import Programmes, Record


@dataclass(frozen=True)
class _Member:
    """A programme's place in a group."""

    programme: str
    rank: int
    unit: str
    where: str


_Groups = Mapping[str, list[_Member]]
# Whom a programme excludes, and by which group.
_Excluded = Mapping[str, Mapping[str, str]]


def exclusion_findings(programmes: Programmes) -> Iterator[Finding]:
    """What is wrong between the groups, as they are known today."""
    groups = _groups(programmes)
    for name, members in sorted(groups.items()):
        yield from _same_rank(name, members)
        yield from _several_units(name, members)
    excluded = _excluded(groups)
    circle = _circle(excluded)
    if circle:
        yield _told_circle(circle, excluded, groups)
    else:
        yield from _chains(excluded, groups)


def _groups(programmes: Programmes) -> _Groups:
    groups: defaultdict[str, list[_Member]] = defaultdict(list)
    for record in programmes.latest:
        for number, place in enumerate(record.version.exclusive):
            groups[place.group].append(_member(record, number, place.rank))
    return groups


def _member(record: Record, number: int, rank: int) -> _Member:
    where = record.where("exclusive", number)
    return _Member(record.programme.programme, rank, record.version.reward.unit, where)


def _same_rank(group: str, members: list[_Member]) -> Iterator[Finding]:
    for first, second in combinations(members, 2):
        if first.rank == second.rank and first.programme != second.programme:
            yield Finding(
                "same rank",
                second.where,
                f"in group {group} both {first.programme} and {second.programme} have rank "
                f"{first.rank}, so neither goes first; give each a rank of its own",
            )


def _several_units(group: str, members: list[_Member]) -> Iterator[Finding]:
    first, *others = members
    for member in others:
        if member.unit != first.unit:
            yield warning(
                "mixed units",
                member.where,
                f"in group {group} {member.programme} gives {member.unit} and {first.programme} "
                f"{first.unit}; that one replaces the other is only right if the platform says so",
            )


def _excluded(groups: _Groups) -> _Excluded:
    excluded: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for group, members in sorted(groups.items()):
        for first in members:
            for second in members:
                if first.rank < second.rank and first.programme != second.programme:
                    excluded[first.programme].setdefault(second.programme, group)
    return excluded


def _circle(excluded: _Excluded) -> list[str]:
    """Programmes of which each excludes the next, and the last one the first; empty if none do."""
    try:
        TopologicalSorter({one: list(others) for one, others in excluded.items()}).prepare()
    except CycleError as error:
        # The sorter lists them from the excluded one back to who excludes it, the first one twice.
        return list(reversed(error.args[1]))[:-1]
    return []


def _told_circle(circle: list[str], excluded: _Excluded, groups: _Groups) -> Finding:
    # Beginning with the smallest name, it is told alike whatever order the files come in.
    start = circle.index(min(circle))
    ordered = [*circle[start:], *circle[:start]]
    pairs = list(zip(ordered, [*ordered[1:], ordered[0]], strict=True))
    steps = [
        f"{first} before {second} in group {excluded[first][second]}" for first, second in pairs
    ]
    last = excluded[pairs[-1][0]][pairs[-1][1]]
    where = next(one.where for one in groups[last] if one.programme == pairs[-1][0])
    return Finding(
        "circular exclusion",
        where,
        f"programmes exclude one another in a circle: {', '.join(steps)}; turn one of them round",
    )


def _chains(excluded: _Excluded, groups: _Groups) -> Iterator[Finding]:
    """Who is excluded himself still excludes others, of another group."""
    for first, seconds in excluded.items():
        for second, group in seconds.items():
            for third, next_group in excluded.get(second, {}).items():
                if third in seconds:
                    continue
                where = next(one.where for one in groups[next_group] if one.programme == second)
                yield warning(
                    "chain of exclusion",
                    where,
                    f"{first} excludes {second} (group {group}), which excludes {third} (group "
                    f"{next_group}); with all three, {third} counts for nothing though {second} "
                    "does not count; put all three in one group if that is not meant",
                )
