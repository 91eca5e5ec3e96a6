"""The sheets and columns of the workbook, read from `columns.csv`; everything else follows them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

from orchestration.incentives.programmes.conditions import COMPARISONS, Period
from orchestration.incentives.programmes.model import Certainty, Event
from orchestration.incentives.programmes.rewards import Basis, Mode, Unit, Zero
from orchestration.incentives.taxonomies import TAXONOMIES

VERSIONS, CONDITIONS, TIERS, GROUPS = "版本", "条件", "阶梯", "互斥组"
FACTS, STATEMENTS = "事实", "事实陈述"
EXPLANATION = "说明"
# The sheets by their English names, for whoever writes a workbook by hand.
TITLES = {
    VERSIONS: "Versions",
    CONDITIONS: "Conditions",
    TIERS: "Tiers",
    GROUPS: "Groups",
    FACTS: "Facts",
    STATEMENTS: "Statements",
    EXPLANATION: "How to fill in",
}
YES_NO = "yes_no"
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "certainty": get_args(Certainty),
    YES_NO: ("true", "false"),
    "window": ("after_event", "campaign", "weekly", "monthly"),
    "event": get_args(Event),
    "event_mode": ("first_ever", "dormant"),
    "starts": ("event_day", "next_day"),
    "unit": get_args(Unit),
    "mode": get_args(Mode),
    "basis": get_args(Basis),
    "zero": get_args(Zero),
    "once": ("first_time",),
    "role": ("gates", "goals"),
    "comparison": COMPARISONS,
    "taxonomy": TAXONOMIES,
    "period": get_args(Period),
}


@dataclass(frozen=True)
class Column:
    """One column: where its value stands in the YAML file, its headers, and how it is typed."""

    path: tuple[str, ...]
    header: str
    title: str
    kind: str
    is_required: bool
    width: int

    @property
    def field(self) -> str:
        """The path as one word."""
        return ".".join(self.path)

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that means this column."""
        return self.header, self.title, self.field

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that may stand in it; empty if any may."""
        return _CHOICES.get(self.kind, ())


@dataclass(frozen=True)
class SheetPlan:
    """One sheet and its columns from left to right."""

    name: str
    columns: tuple[Column, ...]


@cache
def sheet_plans() -> tuple[SheetPlan, ...]:
    """The sheets that hold a rulebook, in their order."""
    with Path(__file__).with_name("columns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = dict.fromkeys(row["sheet"] for row in rows)
    return tuple(
        SheetPlan(name, tuple(_column(row) for row in rows if row["sheet"] == name))
        for name in names
    )


def _column(row: Mapping[str, str]) -> Column:
    return Column(
        path=tuple(row["path"].split(".")),
        header=row["header"],
        title=row["title"],
        kind=row["kind"],
        is_required=bool(row["required"]),
        width=int(row["width"]),
    )
