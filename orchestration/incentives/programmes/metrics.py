"""The metrics that a condition or a measure may name: those of `metrics.csv`, and the facts."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from orchestration.incentives.programmes.facts import YES_NO, Fact

CATEGORY = "category"
# Whose values have no fraction.
_WHOLE_UNITS = ("orders", "customers", "impressions", "clicks", "exposures", "days")


@dataclass(frozen=True)
class Metric:
    """What can be compared: its unit, where it comes from, and whether a sum of it may fall."""

    metric: str
    unit: str | None
    kind: Literal["daily", "register", "fact"]
    may_fall: bool

    @property
    def is_yes_no(self) -> bool:
        return self.unit == YES_NO

    @property
    def is_whole(self) -> bool:
        return self.unit in _WHOLE_UNITS


@cache
def shipped_metrics() -> tuple[Metric, ...]:
    """The metrics that models make of exports and the register."""
    with Path(__file__).with_name("metrics.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Metric(
                metric=row["metric"],
                unit=row["unit"] or None,
                kind=cast(Literal["daily", "register"], row["kind"]),
                may_fall=row["may_fall"] == "yes",
            )
            for row in csv.DictReader(file)
        )


def known_metrics(facts: Iterable[Fact]) -> dict[str, Metric]:
    """Every metric by its name."""
    declared = (Metric(fact.fact, fact.unit, "fact", may_fall=False) for fact in facts)
    return {one.metric: one for one in (*declared, *shipped_metrics())}


def metric_rows(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Rows of the hand-over `rulebook_metrics`."""
    return [vars(one).copy() for one in known_metrics(facts).values()]
