"""Tiers and goals that nobody can reach, or that give nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate, pairwise

from orchestration.incentives.programmes.checks.finding import Finding, told, warning
from orchestration.incentives.programmes.checks.metrics import placed_conditions
from orchestration.incentives.programmes.conditions import GoalCondition
from orchestration.incentives.programmes.load import Programmes, Record
from orchestration.incentives.programmes.model import AfterEvent, Campaign, Version, Weekly
from orchestration.incentives.programmes.rewards import Fixed, Ladder, Rated

# The metric that a window's length bounds: a day counts once.
_BOUNDED = "broadcast_days"
_LONGEST_MONTH = 31
_UNREACHABLE = "unreachable tier"


def tier_findings(programmes: Programmes) -> Iterator[Finding]:
    """What is wrong with the ladder of each record, and with goals beyond what can be."""
    for record in programmes.records:
        yield from _beyond_the_window(record)
        reward = record.version.reward
        if isinstance(reward, Ladder) and reward.are_amounts_known:
            yield from _worthless_amounts(record, reward)
            yield from _above_the_cap(record, reward)
        elif isinstance(reward, Rated):
            yield from _worthless_rates(record, reward)
        elif isinstance(reward, Fixed):
            yield from _cut_off(record, reward)


def _window_days(version: Version) -> int:
    window = version.window
    if isinstance(window, AfterEvent):
        return window.days
    if isinstance(window, Campaign):
        return (window.end - window.start).days
    return 7 if isinstance(window, Weekly) else _LONGEST_MONTH


def _beyond_the_window(record: Record) -> Iterator[Finding]:
    days = _window_days(record.version)
    for place, condition in placed_conditions(record.version):
        is_goal = isinstance(condition, GoalCondition) and condition.metric == _BOUNDED
        if is_goal and condition.threshold is not None and condition.threshold > days:
            yield Finding(
                "unreachable goal",
                record.where(*place),
                f"{condition.id} asks for {told(condition.threshold)} broadcast days, and a window "
                f"has at most {days}; lower it",
            )
    reward = record.version.reward
    if not isinstance(reward, Ladder | Rated) or reward.measure.basis != "level":
        return
    for number, tier in enumerate(reward.tiers):
        if reward.measure.metric == _BOUNDED and tier.from_ > days:
            yield Finding(
                _UNREACHABLE,
                record.where("reward", "tiers", number),
                f"tier {number + 1} begins at {told(tier.from_)} broadcast days, and a window has "
                f"at most {days}; lower it",
            )


def _worthless_amounts(record: Record, reward: Ladder) -> Iterator[Finding]:
    """A higher tier that gives no more than the one below is never worth reaching."""
    if reward.mode != "highest_only":
        return
    for number, (lower, upper) in enumerate(pairwise(reward.tiers), start=1):
        if lower.amount is not None and upper.amount is not None and upper.amount <= lower.amount:
            yield Finding(
                _UNREACHABLE,
                record.where("reward", "tiers", number),
                f"tier {number + 1} gives {told(upper.amount)}, no more than the "
                f"{told(lower.amount)} of tier {number}; with `highest_only` it must give more",
            )


def _worthless_rates(record: Record, reward: Rated) -> Iterator[Finding]:
    for number, (lower, upper) in enumerate(pairwise(reward.tiers), start=1):
        if reward.mode == "retroactive" and upper.rate <= lower.rate:
            yield warning(
                _UNREACHABLE,
                record.where("reward", "tiers", number),
                f"the rate of tier {number + 1} is not above that of tier {number}, so reaching it "
                "may give less; look whether that is meant",
            )


def _above_the_cap(record: Record, reward: Ladder) -> Iterator[Finding]:
    """Tiers that the cap of the window cuts off, or makes worth nothing."""
    cap = reward.window_cap
    if cap is None:
        return
    amounts = [tier.amount or Decimal(0) for tier in reward.tiers]
    given = amounts if reward.mode == "highest_only" else list(accumulate(amounts))
    for number, amount in enumerate(given):
        if amount <= cap:
            continue
        lower = given[number - 1] if number else Decimal(0)
        what = "gives nothing more" if lower >= cap else "is cut off"
        yield warning(
            _UNREACHABLE,
            record.where("reward", "tiers", number),
            f"with tier {number + 1} a window would give {told(amount)}, and window_cap is "
            f"{told(cap)}, so it {what}; raise the cap, or take the tier out",
        )


def _cut_off(record: Record, reward: Fixed) -> Iterator[Finding]:
    cap = reward.window_cap
    if cap is not None and reward.amount is not None and reward.amount > cap:
        yield warning(
            _UNREACHABLE,
            record.where("reward", "amount"),
            f"amount is {told(reward.amount)}, and window_cap {told(cap)}, so it is cut off; raise "
            "the cap, or lower the amount",
        )
