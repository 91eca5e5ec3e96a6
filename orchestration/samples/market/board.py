"""All plans on one board: what mishaps pick from, and put back changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from orchestration.samples.market.exports import Entry, Key, Plan
from orchestration.samples.market.history import History

_WEEK_DAYS = 7


class Board:
    """The plans of a world, in the order of their exports.

    What a mishap has changed or taken is not picked again, so that each shows in a file of its
    own. The same seed picks the same.
    """

    def __init__(self, histories: Sequence[History], plans: Iterable[Plan], seed: int) -> None:
        self.histories = {history.merchant.merchant_id: history for history in histories}
        self.plans = sorted(plans, key=_order)
        self._chance = random.Random(f"{seed}/mishaps")
        self._touched: set[tuple[str, str, str]] = set()

    def history(self, plan: Plan) -> History:
        """The past of the merchant whose export it is."""
        return self.histories[plan.merchant_id]

    def pick(self, source: str, fits: Callable[[Plan], bool] = lambda _: True) -> Plan | None:
        """An untouched plan of a source that fits, or None."""
        found = [plan for plan in self.plans if plan.source == source and self.is_untouched(plan)]
        self._chance.shuffle(found)
        return next(filter(fits, found), None)

    def choose(self, entries: Sequence[Entry]) -> Entry | None:
        """One of these rows, or None of none."""
        return self._chance.choice(entries) if entries else None

    def place(self, plan: Plan) -> int:
        """Somewhere among the rows of a plan, never behind the last."""
        return self._chance.randrange(max(len(plan.entries), 1))

    def put(self, plan: Plan, entries: Sequence[Entry]) -> None:
        """Give a plan other rows."""
        self.swap(plan, [replace(plan, entries=tuple(entries))])

    def swap(self, plan: Plan, others: Sequence[Plan]) -> None:
        """Put other plans in the place of one; none of them is picked again."""
        self.take([plan])
        self.add(others)

    def take(self, plans: Iterable[Plan]) -> None:
        """Take plans away: nobody made these exports."""
        gone = set(map(_name, plans))
        self.plans = [plan for plan in self.plans if _name(plan) not in gone]

    def add(self, plans: Iterable[Plan]) -> None:
        """Add plans that are not picked again."""
        added = list(plans)
        self._touched |= set(map(_name, added))
        self.plans = sorted([*self.plans, *added], key=_order)

    def is_untouched(self, plan: Plan) -> bool:
        """Whether no mishap has changed or added it."""
        return _name(plan) not in self._touched

    def uncover(self, plan: Plan, sources: Iterable[str]) -> tuple[date, date]:
        """Take away every export of these sources of the week before a plan's export.

        Gives the first and the last day of that week.
        """
        wanted = set(sources)
        monday, sunday = week_before(plan)
        self.take(
            [
                other
                for other in self.plans
                if other.merchant_id == plan.merchant_id
                and other.source in wanted
                and other.touches(monday, sunday)
            ]
        )
        return monday, sunday

    def older_keys(self, plan: Plan) -> set[Key]:
        """The keys that an older export shows, so that one more row of them may be spoilt."""
        return {
            entry.record.key
            for other in self.plans
            if other.merchant_id == plan.merchant_id
            and other.source == plan.source
            and other.exported_at < plan.exported_at
            and not other.fault
            for entry in other.entries
            if entry.fate == "loaded" and entry.record is not None
        }


Mishap = Callable[[Board], None]


def is_plain(plan: Plan) -> bool:
    """Whether it has rows, and neither its name nor its folder tells days."""
    return bool(plan.entries) and not plan.is_range_named


def week_before(plan: Plan) -> tuple[date, date]:
    """Monday and Sunday of the week before the export."""
    day = plan.exported_at.date()
    monday = day - timedelta(days=day.weekday() + _WEEK_DAYS)
    return monday, monday + timedelta(days=_WEEK_DAYS - 1)


def _name(plan: Plan) -> tuple[str, str, str]:
    return plan.folder, plan.archive or "", plan.name


def _order(plan: Plan) -> tuple[object, ...]:
    return plan.exported_at, plan.merchant_id, plan.source, *_name(plan)
