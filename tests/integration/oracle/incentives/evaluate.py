"""One window after the other: its gates, goals, tiers and its amount before caps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from .conditions import Answer, Truth, all_of, answers_to, truths_of
from .facts import ONE_DAY
from .metrics import Bar, Known, Total
from .rules import Programme, Version
from .tiers import (
    Tier,
    achieved_on,
    amount_of,
    counting_once,
    measured_total,
    tiers_by_measure,
    tiers_of,
)
from .windows import Window, calendar_windows, windows_of


@dataclass(frozen=True)
class Evaluated:
    """A window of a merchant with all that its own conditions say."""

    known: Known
    window: Window
    gates: list[list[Answer]]
    goals: list[list[Answer]]
    tiers: list[Tier]
    total: Total | None
    is_excluded: bool = False

    @property
    def version(self) -> Version:
        return self.window.version

    @cached_property
    def gates_hold(self) -> Truth:
        return all_of(truths_of(self.gates))

    @property
    def has_begun(self) -> bool:
        return self.window.has_begun(self.known.as_of)

    @property
    def is_firm(self) -> bool:
        """Whether the merchant surely may take part."""
        return self.gates_hold is True and self.window.is_certain

    @property
    def takes_part(self) -> bool:
        """Whether caps are applied to it."""
        return self.is_firm and not self.is_excluded and not self.window.is_to_come

    @cached_property
    def amount(self) -> Decimal | None:
        """Before caps; None where nobody says what there is to be had."""
        value = self.total.value if self.total else Decimal(0)
        return amount_of(self.version, self.tiers, value)

    @cached_property
    def achieved_on(self) -> date | None:
        if not self.takes_part or not self.amount:
            return None
        return achieved_on(self.known, self.window, self.tiers, self._goals_day)

    @property
    def _goals_day(self) -> date:
        """When the last goal was reached, and an `any` of them with its first."""
        days = [
            min(self._reached_on(answer) for answer in entry if answer.is_met)
            for entry in self.goals
        ]
        return max(days, default=self.window.start)

    def _reached_on(self, answer: Answer) -> date:
        window, required = self.window, answer.required
        assert required is not None
        return self.known.reached_on(
            answer.words["metric"], window.start, window.end, Bar.at(required)
        )


def evaluated(known: Known, programmes: Iterable[Programme]) -> list[Evaluated]:
    """All windows of the merchant, begun and to come, by the versions known at `as_of`."""
    found = []
    for programme in programmes:
        windows = windows_of(known, programme.known_at(known.as_of))
        found += _with_firsts(known, [_evaluated(known, window) for window in windows])
    firm = [one for one in found if one.version.ranks and one.is_firm]
    return [replace(one, is_excluded=_is_excluded(one, firm)) for one in found]


def _evaluated(known: Known, window: Window) -> Evaluated:
    goals = answers_to(known, window, window.version.goals)
    return Evaluated(
        known,
        window,
        answers_to(known, window, window.version.gates),
        goals,
        tiers_of(known, window, all_of(truths_of(goals))),
        measured_total(known, window),
    )


def _is_excluded(one: Evaluated, firm: Sequence[Evaluated]) -> bool:
    """Whether a programme of lower rank in one of its groups has a firm window beside it."""
    return any(
        _goes_before(other.version, one.version) and other.window.meets(one.window)
        for other in firm
    )


def _goes_before(other: Version, version: Version) -> bool:
    return other.programme != version.programme and any(
        group in other.ranks and other.ranks[group] < rank for group, rank in version.ranks.items()
    )


def _with_firsts(known: Known, windows: list[Evaluated]) -> list[Evaluated]:
    """Tiers of `once: first_time` count in one window only."""
    counted = []
    earlier: dict[int, list[list[Tier]]] = {}
    for one in windows:
        if one.version.reward.get("once") != "first_time":
            counted.append(one)
            continue
        number = one.version.number
        if number not in earlier:
            earlier[number] = _before_validity(known, one.version)
        tiers = counting_once(one.tiers, earlier[number])
        if known.merchant.joined_on is None:  # a past without a beginning
            tiers = [replace(tier, is_reached=None) for tier in one.tiers]
        counted.append(replace(one, tiers=tiers))
        earlier[number].append(one.tiers)
    return counted


def _before_validity(known: Known, version: Version) -> list[list[Tier]]:
    """The tiers of the windows of the same kind between joining and the version's validity."""
    joined = known.merchant.joined_on
    if joined is None:
        return []
    first, last = joined - timedelta(days=31), version.valid_from - ONE_DAY
    return [
        tiers_by_measure(known, window)
        for window in calendar_windows(version, first, last)
        if window.end > joined
    ]
