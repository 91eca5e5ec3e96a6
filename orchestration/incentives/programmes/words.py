"""What a version says, part by part, in words that a programme manager understands. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from orchestration.incentives.programmes.checks.finding import told
from orchestration.incentives.programmes.conditions import Condition
from orchestration.incentives.programmes.facts import Facts, Statement
from orchestration.incentives.programmes.metrics import Metric
from orchestration.incentives.programmes.model import (
    AfterEvent,
    Campaign,
    Programme,
    Version,
    Weekly,
    Window,
)
from orchestration.incentives.programmes.rewards import (
    AmountTier,
    Fixed,
    Ladder,
    Rated,
    RateTier,
    Reward,
)

Metrics = Mapping[str, Metric]

_EVENTS = {
    "joined": "joining",
    "first_order": "a paid order",
    "first_ad_spend": "advertising spend",
    "first_broadcast": "a broadcast",
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = {
    "exposures": "exposures",
    "coupon_value": "yuan of coupons",
    "ad_credit": "yuan of advertising credit",
    "commission_waiver": "yuan of commission waived",
    "fee_waiver": "yuan of fees waived",
}
_MODES = {
    "up_to": "up to the cap, steps unknown",
    "fixed": "one amount when the goals are reached",
    "highest_only": "the amount of the highest step reached",
    "cumulative": "the amounts of all steps reached",
    "retroactive": "the rate of the highest step reached, on everything",
    "marginal": "each step's rate on its own part",
}
_CERTAINTY = {"A": "the platform's own words", "B": "trade press", "C": "hearsay", "M": "memory"}
_ZERO = {"none": "no step", "lowest": "the lowest step", "top": "the top step"}
_COMPARED = {
    "at_least": "at least",
    "at_most": "at most",
    "above": "above",
    "below": "below",
    "include": "one of",
    "exclude": "none of",
}


def name_words(programme: Programme) -> str:
    """The names of a programme."""
    return " / ".join(programme.name.spellings)


def version_words(version: Version, metrics: Metrics) -> dict[str, str]:
    """Each part of a version by what it is called."""
    said = version.provenance
    assumed = ", with assumptions" if said.is_assumption else ""
    return {
        "windows begin": _valid(version),
        "window": window_words(version.window),
        **dict(_entries(version, metrics)),
        **dict(_reward(version.reward, metrics)),
        **{f"group {one.group}": f"rank {one.rank}" for one in version.exclusive},
        "known since": version.recorded_at.isoformat(),
        "source": f"{said.source} (quoted on {said.quoted_on})",
        "certainty": f"{said.certainty}, {_CERTAINTY[said.certainty]}{assumed}",
    }


def fact_words(facts: Facts) -> dict[str, str]:
    """What is declared and what is stated, each by what it is about."""
    stated = {
        f"{one.fact} of {one.merchant_id} from {one.valid_from}, recorded "
        f"{one.recorded_at.isoformat()}": _stated(one)
        for one in facts.statements
    }
    return {f"fact {one.fact}": f"in {one.unit}" for one in facts.facts} | stated


def _stated(one: Statement) -> str:
    value = ("no", "yes")[one.value] if isinstance(one.value, bool) else told(one.value)
    return f"{value} until {one.valid_to}" if one.valid_to else value


def _valid(version: Version) -> str:
    until = f"until {version.valid_to} (not on it)" if version.valid_to else "until further notice"
    return f"from {version.valid_from} {until}"


def window_words(window: Window) -> str:
    """When a merchant's windows are."""
    if isinstance(window, Campaign):
        return f"once, from {window.start} until {window.end} (not on it)"
    if isinstance(window, Weekly):
        return f"every week from {_WEEKDAYS[window.week_starts - 1]}"
    if isinstance(window, AfterEvent):
        begins = " (beginning the day after)" if window.starts == "next_day" else ""
        return f"{window.days} days from {_event(window)}{begins}"
    return "every calendar month"


def _event(window: AfterEvent) -> str:
    event = _EVENTS[window.event]
    if window.mode == "first_ever":
        return f"{event}, the first ever"
    if window.mode == "dormant":
        return f"{event} after {window.lookback_days} days without one"
    return event


def _entries(version: Version, metrics: Metrics) -> Iterator[tuple[str, str]]:
    """One line per entry, called by the conditions in it."""
    for role, entries in (("gate", version.gates), ("goal", version.goals)):
        for entry in entries:
            ids = " or ".join(condition.id for condition in entry.conditions)
            conditions = (_condition(condition, metrics) for condition in entry.conditions)
            yield f"{role} {ids}", " or ".join(conditions)


def _condition(condition: Condition, metrics: Metrics) -> str:
    return f"{condition.metric} {_comparison(condition, metrics)}{_period(condition)}"


def _comparison(condition: Condition, metrics: Metrics) -> str:
    if condition.is_ is not None:
        return "yes" if condition.is_ else "no"
    compared = _COMPARED[condition.written]
    if condition.threshold is None:
        tree = f"{condition.taxonomy} {condition.taxonomy_version}"
        return f"{compared} {'、'.join(condition.categories)} ({tree})"
    return f"{compared} {_with_unit(condition.threshold, condition.metric, metrics)}"


def _with_unit(number: Decimal, metric: str, metrics: Metrics) -> str:
    known = metrics.get(metric)
    return f"{told(number)} {known.unit}" if known and known.unit else told(number)


def _period(condition: Condition) -> str:
    if condition.period == "before_window":
        return f" in the {condition.days} days before the window"
    return " since joining" if condition.period == "since_joined" else ""


def _reward(reward: Reward, metrics: Metrics) -> Iterator[tuple[str, str]]:
    unit = _UNITS[reward.unit]
    yield "reward", f"{unit}: {_MODES[reward.mode]}"
    if isinstance(reward, Fixed):
        yield "amount", _amount(reward.amount, unit)
    if isinstance(reward, Ladder | Rated):
        yield "measure", _measure(reward)
        for number, tier in enumerate(reward.tiers, start=1):
            yield f"step {number}", f"from {_from(reward, tier, metrics)}: {_gives(tier, unit)}"
    caps = {
        "cap of a window": reward.window_cap,
        "cap of a merchant": reward.merchant_cap,
        "budget of all": reward.budget,
    }
    yield from ((name, f"{told(cap)} {unit}") for name, cap in caps.items() if cap is not None)
    if reward.claims_cap is not None:
        yield "claims", f"at most {reward.claims_cap} windows of a merchant"


def _measure(reward: Ladder | Rated) -> str:
    measured = reward.measure.metric
    if isinstance(reward, Ladder) and reward.baseline:
        base = reward.baseline
        return (
            f"growth of {measured} over {base.from_} until {base.to} (not on it); growth from "
            f"nothing reaches {_ZERO[base.zero]}"
        )
    return f"{measured}, each step once for ever" if reward.once else measured


def _from(reward: Ladder | Rated, tier: AmountTier | RateTier, metrics: Metrics) -> str:
    if reward.measure.basis == "growth":
        return f"{told(tier.from_ * 100)} % more"
    return _with_unit(tier.from_, reward.measure.metric, metrics)


def _gives(tier: AmountTier | RateTier, unit: str) -> str:
    if isinstance(tier, RateTier):
        return f"{told(tier.rate * 100)} % in {unit}"
    return _amount(tier.amount, unit)


def _amount(amount: Decimal | None, unit: str) -> str:
    return "amount unknown" if amount is None else f"{told(amount)} {unit}"
