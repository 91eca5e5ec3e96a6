"""Metrics of conditions and measures: known, of the right kind, compared in the right way. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from orchestration.incentives.checked_yaml import Place
from orchestration.incentives.programmes.checks.finding import Finding
from orchestration.incentives.programmes.conditions import Condition, GoalCondition
from orchestration.incentives.programmes.facts import FACTS_FILE
from orchestration.incentives.programmes.load import Programmes, Record
from orchestration.incentives.programmes.metrics import CATEGORY, Metric, known_metrics
from orchestration.incentives.programmes.model import Version
from orchestration.incentives.programmes.rewards import Ladder, Rated

Metrics = Mapping[str, Metric]
_IN_YUAN = ("coupon_value", "ad_credit", "commission_waiver", "fee_waiver")


def metric_findings(programmes: Programmes) -> Iterator[Finding]:
    """What is wrong with the metrics that each record names."""
    metrics = known_metrics(programmes.facts.says.facts)
    for record in programmes.records:
        for place, condition in placed_conditions(record.version):
            yield from _condition(record, place, condition, metrics)
        yield from _measure(record, metrics)


def placed_conditions(version: Version) -> Iterator[tuple[Place, Condition]]:
    """Every condition, with its place in the record."""
    for role, entries in (("gates", version.gates), ("goals", version.goals)):
        for number, entry in enumerate(entries):
            if isinstance(entry, Condition):
                yield (role, number), entry
                continue
            for one, condition in enumerate(entry.conditions):
                yield (role, number, "any", one), condition


def _condition(
    record: Record, place: Place, condition: Condition, metrics: Metrics
) -> Iterator[Finding]:
    metric = metrics.get(condition.metric)
    if metric is None:
        yield _unknown(record, (*place, "metric"), condition.metric, metrics)
        return
    problem = _wrong_comparison(condition, metric) or _wrong_period(condition, metric)
    if problem:
        yield Finding("condition", record.where(*place), f"{condition.id}: {problem}")


def _unknown(record: Record, place: Place, name: str, metrics: Metrics) -> Finding:
    close = get_close_matches(name, metrics, n=1)
    meant = f" ('{close[0]}' perhaps)" if close else ""
    return Finding(
        "unknown metric",
        record.where(*place),
        f"no table has the metric '{name}'{meant}; use one of docs/rulebook.md, or declare it as a "
        f"fact in {FACTS_FILE}",
    )


def _wrong_comparison(condition: Condition, metric: Metric) -> str | None:
    written, threshold = condition.written, condition.threshold
    if (metric.metric == CATEGORY) != (written in ("include", "exclude")):
        return (
            f"`{written}` does not go with {metric.metric}; `include` and `exclude` go with "
            f"{CATEGORY}, and only they do"
        )
    if metric.is_yes_no != (written == "is"):
        return (
            f"{metric.metric} is yes or no; write `is: true` or `is: false`"
            if metric.is_yes_no
            else f"{metric.metric} is a number of {metric.unit}, and `is` asks yes or no"
        )
    if metric.is_whole and threshold is not None and threshold != threshold.to_integral_value():
        return f"{metric.metric} counts whole {metric.unit}; {threshold.normalize():f} is none"
    return None


def _wrong_period(condition: Condition, metric: Metric) -> str | None:
    if metric.kind != "daily":
        if isinstance(condition, GoalCondition):
            return (
                f"{metric.metric} is not summed over the days of the window, so it is no goal; "
                "make it a gate"
            )
        return f"{metric.metric} has no period; leave it out" if condition.period else None
    if condition.period is None and not isinstance(condition, GoalCondition):
        return (
            f"over which days is {metric.metric} meant? Add `period: since_joined`, or `period: "
            "before_window` with `days`"
        )
    return None


def _measure(record: Record, metrics: Metrics) -> Iterator[Finding]:
    reward = record.version.reward
    if not isinstance(reward, Ladder | Rated):
        return
    name, place = reward.measure.metric, ("reward", "measure", "metric")
    metric = metrics.get(name)
    if metric is None:
        yield _unknown(record, place, name, metrics)
    elif metric.kind != "daily":
        yield Finding(
            "measure",
            record.where(*place),
            f"{name} is not summed over the days of a window, so tiers cannot be held against it",
        )
    elif isinstance(reward, Rated) and reward.unit in _IN_YUAN and metric.unit != "yuan":
        yield Finding(
            "mixed units",
            record.where(*place),
            f"a rate on {metric.unit} gives no {reward.unit}, which is in yuan; measure something "
            "in yuan, or use amounts",
        )
    elif reward.measure.basis == "level" and metric.is_whole:
        for number, tier in enumerate(reward.tiers):
            if tier.from_ != tier.from_.to_integral_value():
                yield Finding(
                    "mixed units",
                    record.where("reward", "tiers", number),
                    f"{name} counts whole {metric.unit}; a tier from {tier.from_.normalize():f} is "
                    "none of them",
                )
