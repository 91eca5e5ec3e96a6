"""Programmes as the hand-overs say them: a compiler of its own, so that two must agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from oracle.incentives import Merchant
from oracle.incentives.metrics import SOURCES

Row = dict[str, Any]
Words = Mapping[str, Any]

FACTS = {"score": "stars", "signed_up": "yes_no"}
_UNITS = {
    "new_customers": "customers",
    "order_count": "orders",
    "impressions": "impressions",
    "clicks": "clicks",
    "live_minutes": "minutes",
    "live_exposures": "exposures",
    "broadcast_days": "days",
}
_REGISTER = {"days_since_joined": "days", "private_domain": "yes_no", "category": None}
_PROVENANCE = {
    "source": "invented",
    "quoted_on": date(2024, 2, 1),
    "certainty": "C",
    "is_assumption": True,
}
_COMPARISONS = ("at_least", "at_most", "above", "below", "include", "exclude")


def _written() -> list[Words]:
    """The programmes of the file beside this one; each says the same of where it comes from."""
    path = Path(__file__).parent / "programmes.yml"
    programmes: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    usual = {"provenance": _PROVENANCE, "gates": [], "goals": [], "exclusive": []}
    return [
        words | {"versions": [usual | version for version in words["versions"]]}
        for words in programmes
    ]


PROGRAMMES = _written()


def compiled(programmes: Iterable[Words]) -> dict[str, list[Row]]:
    """The rows of the hand-overs by their names."""
    records = [(words, version) for words in programmes for version in words["versions"]]
    return {
        "rulebook_versions": [_version(*each) for each in records],
        "rulebook_conditions": [row for each in records for row in _conditions(*each)],
        "rulebook_condition_categories": [row for each in records for row in _categories(*each)],
        "rulebook_tiers": [row for each in records for row in _tiers(*each)],
        "rulebook_groups": [row for each in records for row in _groups(*each)],
        "rulebook_metrics": list(_metrics()),
    }


def statements(merchants: Iterable[Merchant]) -> list[Row]:
    """The rows of `rulebook_facts`."""
    return [
        {
            "merchant_id": merchant.merchant_id,
            "fact": one.fact,
            "value": one.value,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "recorded_at": one.recorded_at.astimezone(UTC).replace(tzinfo=None),
        }
        for merchant in merchants
        for one in merchant.statements
    ]


def _key(words: Words, version: Words) -> Row:
    return {
        "programme": words["programme"],
        "version": version["version"],
        "recorded_at": version["recorded_at"].astimezone(UTC).replace(tzinfo=None),
    }


def _version(words: Words, version: Words) -> Row:
    window, reward, said = version["window"], version["reward"], version["provenance"]
    measure, baseline = reward.get("measure", {}), reward.get("baseline", {})
    is_weekly = window["kind"] == "weekly"
    caps = ("window_cap", "merchant_cap", "budget")
    return {
        **_key(words, version),
        **{f"name_{locale}": name for locale, name in words["name"].items()},
        "valid_from": version["valid_from"],
        "valid_to": version.get("valid_to"),
        "certainty": said["certainty"],
        "is_assumption": said["is_assumption"],
        "source_title": said["source"],
        "quoted_on": said["quoted_on"],
        "window_kind": window["kind"],
        "event": window.get("event"),
        "event_mode": window.get("mode"),
        "lookback_days": window.get("lookback_days"),
        "window_days": window.get("days"),
        "starts_next_day": window.get("starts") == "next_day",
        "week_starts": window.get("week_starts", 1) if is_weekly else None,
        "campaign_start": window.get("start"),
        "campaign_end": window.get("end"),
        "reward_unit": reward["unit"],
        "reward_mode": reward["mode"],
        "measure_metric": measure.get("metric"),
        "measure_basis": measure.get("basis"),
        "baseline_from": baseline.get("from"),
        "baseline_to": baseline.get("to"),
        "zero_baseline": baseline.get("zero"),
        "is_first_time_only": reward.get("once") == "first_time",
        **{cap: _number(reward.get(cap)) for cap in caps},
        "claims_cap": reward.get("claims_cap"),
    }


def _all_conditions(version: Words) -> Iterator[tuple[str, int, Words]]:
    for role in ("gate", "goal"):
        entries: list[Words] = version[f"{role}s"]
        for entry, words in enumerate(entries, start=1):
            for condition in words.get("any") or [words]:
                yield role, entry, condition


def _conditions(words: Words, version: Words) -> Iterator[Row]:
    for role, entry, condition in _all_conditions(version):
        comparison, threshold = _comparison(condition)
        has_period = condition["metric"] in SOURCES
        yield {
            **_key(words, version),
            "condition_id": condition["id"],
            "role": role,
            "entry": entry,
            "metric": condition["metric"],
            "comparison": comparison,
            "threshold": threshold,
            "period": condition.get("period", "window") if has_period else None,
            "period_days": condition.get("days"),
            "taxonomy": condition.get("taxonomy"),
            "taxonomy_version": condition.get("taxonomy_version"),
        }


def _comparison(condition: Words) -> tuple[str, Decimal | None]:
    if "is" in condition:
        return ("at_least", Decimal(1)) if condition["is"] else ("at_most", Decimal(0))
    [comparison] = [each for each in _COMPARISONS if each in condition]
    value = condition[comparison]
    return comparison, None if isinstance(value, list) else _number(value)


def _categories(words: Words, version: Words) -> Iterator[Row]:
    for _, _, condition in _all_conditions(version):
        for category in condition.get("include") or condition.get("exclude") or ():
            key = _key(words, version)
            yield {**key, "condition_id": condition["id"], "category": category}


def _tiers(words: Words, version: Words) -> Iterator[Row]:
    reward = version["reward"]
    if reward["mode"] == "fixed":
        yield {**_key(words, version), "tier": 1, "amount": _number(reward.get("amount"))}
    for place, tier in enumerate(reward.get("tiers", ()), start=1):
        yield {
            **_key(words, version),
            "tier": place,
            "tier_from": _number(tier["from"]),
            "amount": _number(tier.get("amount")),
            "rate": _number(tier.get("rate")),
        }


def _groups(words: Words, version: Words) -> Iterator[Row]:
    for one in version["exclusive"]:
        yield {**_key(words, version), "exclusive_group": one["group"], "rank": one["rank"]}


def _metrics() -> Iterator[Row]:
    for kind, units in (
        ("daily", {metric: _UNITS.get(metric, "yuan") for metric in SOURCES}),
        ("register", _REGISTER),
        ("fact", FACTS),
    ):
        for metric, unit in units.items():
            may_fall = metric == "net_gmv"
            yield {"metric": metric, "unit": unit, "kind": kind, "may_fall": may_fall}


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
