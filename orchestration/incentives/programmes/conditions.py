"""Conditions of gates and goals: a metric, one comparison, a period. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from orchestration.incentives.checked_yaml import Strict
from orchestration.incentives.programmes.values import (
    AS_FULL_LIST,
    Id,
    OptionalDays,
    OptionalNumber,
    Text,
)
from orchestration.incentives.taxonomies import Taxonomy

Period = Literal["window", "before_window", "since_joined"]
COMPARISONS = ("at_least", "at_most", "above", "below", "is", "include", "exclude")


class Condition(Strict):
    """Whether a metric of a period compares in one way."""

    id: Id
    metric: Id
    at_least: OptionalNumber = None
    at_most: OptionalNumber = None
    above: OptionalNumber = None
    below: OptionalNumber = None
    is_: bool | None = Field(alias="is", default=None)
    include: tuple[Text, ...] | None = Field(strict=False, min_length=1, default=None)
    exclude: tuple[Text, ...] | None = Field(strict=False, min_length=1, default=None)
    taxonomy: Taxonomy | None = None
    taxonomy_version: Text | None = None
    period: Period | None = None
    days: OptionalDays = None

    @property
    def conditions(self) -> tuple[Self, ...]:
        """Itself: an entry of gates or goals that is one condition."""
        return (self,)

    @property
    def written(self) -> str:
        """The comparison as it is written."""
        return next(name for name in COMPARISONS if self._value(name) is not None)

    @property
    def comparison(self) -> str:
        """The comparison that decides: yes is 1 and no is 0."""
        if self.is_ is None:
            return self.written
        return "at_least" if self.is_ else "at_most"

    @property
    def threshold(self) -> Decimal | None:
        """What is compared with; None for categories."""
        if self.is_ is not None:
            return Decimal(self.is_)
        value = self._value(self.written)
        return value if isinstance(value, Decimal) else None

    @property
    def categories(self) -> tuple[str, ...]:
        return self.include or self.exclude or ()

    def _value(self, name: str) -> Any:
        return getattr(self, "is_" if name == "is" else name)

    @model_validator(mode="after")
    def _no_tiers_name(self) -> Self:
        if re.fullmatch("tier_[0-9]+", self.id):
            raise ValueError(f"'{self.id}' is what a tier is called; give the condition another id")
        return self

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        written = [name for name in COMPARISONS if self._value(name) is not None]
        if len(written) != 1:
            raise ValueError(
                f"it needs one comparison and has {' and '.join(written) or 'none'}; write one of "
                f"{', '.join(COMPARISONS)}"
            )
        has_tree = self.taxonomy is not None, self.taxonomy_version is not None
        if has_tree != (bool(self.categories),) * 2:
            raise ValueError(
                "`taxonomy` and `taxonomy_version` say where categories come from; they stand "
                "beside `include` and `exclude`, and nowhere else"
            )
        return self

    @model_validator(mode="after")
    def _period_is_whole(self) -> Self:
        if (self.period == "before_window") != (self.days is not None):
            raise ValueError("`days` goes with `period: before_window`, and only with it")
        return self


class GateCondition(Condition):
    """A condition of who may take part."""

    @model_validator(mode="after")
    def _not_over_the_window(self) -> Self:
        if self.period == "window":
            raise ValueError(
                "a gate says who may take part when the window begins, so it cannot speak of the "
                "window; make it a goal, or use `period: before_window`"
            )
        return self


class GoalCondition(Condition):
    """A condition of what must be reached."""

    @model_validator(mode="after")
    def _reached_in_the_window(self) -> Self:
        if self.at_least is None:
            raise ValueError(
                f"a goal is reached with `at_least`, not `{self.written}`; make it a gate"
            )
        if self.period not in (None, "window"):
            raise ValueError(
                "a goal is reached in the window; leave `period` out, or make it a gate"
            )
        return self


class AnyGate(Strict):
    """Conditions of which one suffices."""

    any: tuple[GateCondition, ...] = AS_FULL_LIST

    @property
    def conditions(self) -> tuple[GateCondition, ...]:
        return self.any


class AnyGoal(Strict):
    """Goals of which one suffices."""

    any: tuple[GoalCondition, ...] = AS_FULL_LIST

    @property
    def conditions(self) -> tuple[GoalCondition, ...]:
        return self.any


def _kind(entry: Any) -> str:
    is_any = "any" in entry if isinstance(entry, dict) else isinstance(entry, AnyGate | AnyGoal)
    return "several" if is_any else "single"


_ONE_OF = Discriminator(_kind)
Gate = Annotated[
    Annotated[GateCondition, Tag("single")] | Annotated[AnyGate, Tag("several")], _ONE_OF
]
Goal = Annotated[
    Annotated[GoalCondition, Tag("single")] | Annotated[AnyGoal, Tag("several")], _ONE_OF
]
