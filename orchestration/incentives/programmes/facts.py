"""`facts.yml`: what no export tells of a merchant, declared and stated by a person. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from orchestration.incentives.checked_yaml import Strict
from orchestration.incentives.programmes.values import (
    AS_LIST,
    Day,
    Id,
    Moment,
    OptionalDay,
    Stated,
    Text,
)

FACTS_FILE = "facts.yml"
YES_NO = "yes_no"


class Fact(Strict):
    """Something that can be stated of a merchant."""

    fact: Id
    unit: Id
    about: Text | None = None


class Statement(Strict):
    """What somebody stated of a merchant, for which days, and when."""

    merchant_id: Annotated[str, StringConstraints(min_length=1)]
    fact: Id
    value: Stated
    valid_from: Day
    valid_to: OptionalDay = None
    recorded_at: Moment

    @property
    def number(self) -> Decimal:
        """The value as models compare it: yes is 1."""
        return Decimal(self.value)

    @property
    def subject(self) -> tuple[str, str, datetime]:
        return self.merchant_id, self.fact, self.recorded_at

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"valid_to ({self.valid_to}) must be a day after valid_from")
        return self


class Facts(Strict):
    """All that was declared and stated."""

    facts: tuple[Fact, ...] = AS_LIST
    statements: tuple[Statement, ...] = AS_LIST

    @model_validator(mode="after")
    def _declared_once(self) -> Self:
        for fact, times in Counter(one.fact for one in self.facts).items():
            if times > 1:
                raise ValueError(f"the fact '{fact}' is declared twice; take one of the two out")
        return self

    @model_validator(mode="after")
    def _one_statement_counts(self) -> Self:
        together: defaultdict[tuple[str, str, datetime], list[Statement]] = defaultdict(list)
        for one in self.statements:
            together[one.subject].append(one)
        for (merchant_id, fact, recorded_at), stated in together.items():
            for first, second in pairwise(sorted(stated, key=lambda one: one.valid_from)):
                if second.valid_from < (first.valid_to or date.max):
                    raise ValueError(
                        f"two statements about {fact} of {merchant_id} were recorded at "
                        f"{recorded_at.isoformat()} and share {second.valid_from}; which one "
                        "counts would be chance"
                    )
        return self
