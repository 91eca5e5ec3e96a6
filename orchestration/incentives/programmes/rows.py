"""Programmes and facts as rows of the hand-overs `rulebook_*`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from orchestration.incentives.programmes.facts import Facts
from orchestration.incentives.programmes.load import Programmes, Record
from orchestration.incentives.programmes.metrics import metric_rows
from orchestration.incentives.programmes.model import (
    AfterEvent,
    Campaign,
    Version,
    Weekly,
)
from orchestration.incentives.programmes.rewards import Fixed, Ladder, Rated, Reward

Row = dict[str, Any]


def programme_rows(programmes: Programmes) -> dict[str, list[Row]]:
    """Rows by hand-over."""
    records = list(programmes.records)
    facts = programmes.facts.says
    return {
        "rulebook_versions": [_version(record) for record in records],
        "rulebook_conditions": [row for record in records for row in _conditions(record)],
        "rulebook_condition_categories": [
            {**_key(record), "condition_id": condition.id, "category": category}
            for record in records
            for condition in record.version.conditions
            # A category named twice is named once.
            for category in dict.fromkeys(condition.categories)
        ],
        "rulebook_tiers": [
            {**_key(record), **tier} for record in records for tier in _tiers(record.version.reward)
        ],
        "rulebook_groups": [
            {**_key(record), "exclusive_group": place.group, "rank": place.rank}
            for record in records
            for place in record.version.exclusive
        ],
        "rulebook_metrics": metric_rows(facts.facts),
        "rulebook_facts": _statements(facts),
    }


def _key(record: Record) -> Row:
    return {
        "programme": record.programme.programme,
        "version": record.version.version,
        "recorded_at": _utc(record.version.recorded_at),
    }


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _version(record: Record) -> Row:
    version, name = record.version, record.programme.name
    said = version.provenance
    return {
        **_key(record),
        "name_zh": name.zh,
        "name_en": name.en,
        "name_it": name.it,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "certainty": said.certainty,
        "is_assumption": said.is_assumption,
        "source_title": said.source,
        "quoted_on": said.quoted_on,
        **_window(version),
        **_reward(version.reward),
    }


def _window(version: Version) -> Row:
    window = version.window
    after = window if isinstance(window, AfterEvent) else None
    campaign = window if isinstance(window, Campaign) else None
    return {
        "window_kind": window.kind,
        "event": after.event if after else None,
        "event_mode": after.mode if after else None,
        "lookback_days": after.lookback_days if after else None,
        "window_days": after.days if after else None,
        "starts_next_day": after is not None and after.starts == "next_day",
        "week_starts": window.week_starts if isinstance(window, Weekly) else None,
        "campaign_start": campaign.start if campaign else None,
        "campaign_end": campaign.end if campaign else None,
    }


def _reward(reward: Reward) -> Row:
    tiered = reward if isinstance(reward, Ladder | Rated) else None
    baseline = reward.baseline if isinstance(reward, Ladder) else None
    days: tuple[date | None, date | None] = (
        (baseline.from_, baseline.to) if baseline else (None, None)
    )
    return {
        "reward_unit": reward.unit,
        "reward_mode": reward.mode,
        "measure_metric": tiered.measure.metric if tiered else None,
        "measure_basis": tiered.measure.basis if tiered else None,
        "baseline_from": days[0],
        "baseline_to": days[1],
        "zero_baseline": baseline.zero if baseline else None,
        "is_first_time_only": tiered is not None and tiered.once is not None,
        "window_cap": reward.window_cap,
        "merchant_cap": reward.merchant_cap,
        "claims_cap": reward.claims_cap,
        "budget": reward.budget,
    }


def _conditions(record: Record) -> Iterator[Row]:
    version = record.version
    roles = (("gate", version.gates), ("goal", version.goals))
    for role, entries in roles:
        for entry, written in enumerate(entries, start=1):
            for condition in written.conditions:
                yield {
                    **_key(record),
                    "condition_id": condition.id,
                    "role": role,
                    "entry": entry,
                    "metric": condition.metric,
                    "comparison": condition.comparison,
                    "threshold": condition.threshold,
                    "period": condition.period or ("window" if role == "goal" else None),
                    "period_days": condition.days,
                    "taxonomy": condition.taxonomy,
                    "taxonomy_version": condition.taxonomy_version,
                }


def _tiers(reward: Reward) -> Iterator[Row]:
    if isinstance(reward, Fixed):
        yield {"tier": 1, "tier_from": None, "amount": reward.amount, "rate": None}
    elif isinstance(reward, Ladder):
        for number, tier in enumerate(reward.tiers, start=1):
            yield {"tier": number, "tier_from": tier.from_, "amount": tier.amount, "rate": None}
    elif isinstance(reward, Rated):
        for number, tier in enumerate(reward.tiers, start=1):
            yield {"tier": number, "tier_from": tier.from_, "amount": None, "rate": tier.rate}


def _statements(facts: Facts) -> list[Row]:
    return [
        {
            "merchant_id": one.merchant_id,
            "fact": one.fact,
            "value": one.number,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "recorded_at": _utc(one.recorded_at),
        }
        for one in facts.statements
    ]
