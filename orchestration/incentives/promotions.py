"""The platform's promotions as dated data: which days belong to which, and what to compare."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from orchestration.incentives.checked_yaml import Strict, read_yaml

PROMOTIONS_FILE = "promotions.yml"


class Promotion(Strict):
    """One edition of a promotion; its main day is what its editions are lined up by."""

    promotion: str = Field(min_length=1)
    first_day: date
    main_day: date
    last_day: date
    # Whether somebody who knows has said these days, or they are taken from other editions.
    is_assumption: bool

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if not self.first_day <= self.main_day <= self.last_day:
            raise ValueError("first_day, main_day and last_day must follow each other")
        return self


class Promotions(Strict):
    """All editions that we know of."""

    promotions: tuple[Promotion, ...] = Field(strict=False)

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        for before, after in pairwise(sorted(self.promotions, key=lambda one: one.first_day)):
            if after.first_day <= before.last_day:
                raise ValueError(
                    f"{before.promotion} ends on {before.last_day}, and {after.promotion} begins "
                    f"on {after.first_day}; a day belongs to one promotion"
                )
        return self


def load_promotions(folder: Path, shipped: Path) -> Promotions:
    """The promotions of a home, or the shipped ones where the home is older than they are.

    Raises:
        RulebookError: the file is no YAML, or a value is wrong.
    """
    path = folder / PROMOTIONS_FILE
    return read_yaml(path if path.exists() else shipped / PROMOTIONS_FILE, Promotions)


def promotion_rows(promotions: Promotions) -> list[dict[str, Any]]:
    """Rows of the hand-over `rulebook_promotions`."""
    return [one.model_dump() for one in promotions.promotions]
