"""Rulebooks for tests: one small programme, and what a test changes in it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.incentives.programmes.checks import Finding, findings_of
from orchestration.incentives.programmes.load import Programmes, load_programmes
from orchestration.incentives.programmes.written import as_yaml_text
from orchestration.incentives.rulebook import DEFAULT_RULEBOOK
from orchestration.incentives.taxonomies import load_taxonomies

SAID = {"source": "somebody", "quoted_on": "2024-07-01", "certainty": "B", "is_assumption": True}
WEEKLY = {"kind": "weekly", "week_starts": "1"}
AFTER = {"kind": "after_event", "event": "first_order", "mode": "first_ever", "days": "30"}
FIXED = {"unit": "exposures", "mode": "fixed", "amount": "100"}
LADDER: Mapping[str, Any] = {
    "unit": "exposures",
    "mode": "highest_only",
    "measure": {"metric": "gmv", "basis": "level"},
    "tiers": [{"from": "100", "amount": "10"}, {"from": "200", "amount": "20"}],
}
NO_FACTS: Mapping[str, Any] = {"facts": [], "statements": []}


def version(number: int | str = 1, **changes: Any) -> dict[str, Any]:
    """A version as a file says it."""
    said: dict[str, Any] = {
        "version": str(number),
        "recorded_at": "2024-07-01T00:00:00+08:00",
        "valid_from": "2024-07-01",
        "provenance": SAID,
        "window": WEEKLY,
        "gates": [],
        "goals": [],
        "reward": FIXED,
        "exclusive": [],
    }
    return copy.deepcopy({**said, **changes})


def programme(name: str, *versions: Mapping[str, Any]) -> dict[str, Any]:
    """A programme as a file says it."""
    return {"programme": name, "name": {"en": f"The {name}"}, "versions": list(versions)}


def written(
    folder: Path, *programmes: Mapping[str, Any], facts: Mapping[str, Any] = NO_FACTS
) -> Path:
    """A folder with these programmes and facts."""
    (folder / "programmes").mkdir(parents=True, exist_ok=True)
    (folder / "facts.yml").write_text(as_yaml_text(facts), encoding="utf-8")
    for one in programmes:
        path = folder / "programmes" / f"{one['programme']}.yml"
        path.write_text(as_yaml_text(one), encoding="utf-8")
    return folder


def loaded(
    folder: Path, *programmes: Mapping[str, Any], facts: Mapping[str, Any] = NO_FACTS
) -> Programmes:
    """These programmes as they are read from files."""
    return load_programmes(written(folder, *programmes, facts=facts), DEFAULT_RULEBOOK)


def found(
    folder: Path,
    *programmes: Mapping[str, Any],
    facts: Mapping[str, Any] = NO_FACTS,
    merchants: set[str] | None = None,
) -> list[Finding]:
    """What the checks find in these programmes."""
    categories = load_taxonomies(folder, DEFAULT_RULEBOOK)
    return findings_of(loaded(folder, *programmes, facts=facts), categories, merchants)
