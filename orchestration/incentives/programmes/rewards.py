"""Rewards: what is given, by which ladder, and where it ends. Pure."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from orchestration.incentives.checked_yaml import Strict
from orchestration.incentives.programmes.values import (
    AS_FULL_LIST,
    Amount,
    Day,
    Id,
    Level,
    OptionalAmount,
    OptionalCount,
    Rate,
)

Unit = Literal["exposures", "coupon_value", "ad_credit", "commission_waiver", "fee_waiver"]
Basis = Literal["level", "growth"]
Zero = Literal["none", "lowest", "top"]
Mode = Literal["up_to", "fixed", "highest_only", "cumulative", "retroactive", "marginal"]


class Measure(Strict):
    """What tiers are held against: a sum over the window, or how much more it is than before."""

    metric: Id
    basis: Basis


class Baseline(Strict):
    """The days that growth is measured against, and what growth from nothing reaches."""

    from_: Day = Field(alias="from")
    to: Day
    zero: Zero

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ >= self.to:
            raise ValueError(f"to ({self.to}) is the first day after it; it must follow from")
        return self


class AmountTier(Strict):
    """A step and what it gives; an amount that nobody has published is left out."""

    from_: Level = Field(alias="from")
    amount: OptionalAmount = None


class RateTier(Strict):
    """A step and its rate on the measure."""

    from_: Level = Field(alias="from")
    rate: Rate


class Capped(Strict):
    """What every reward has: its unit, and where it ends."""

    unit: Unit
    window_cap: OptionalAmount = None
    merchant_cap: OptionalAmount = None
    claims_cap: OptionalCount = None
    budget: OptionalAmount = None

    @property
    def are_amounts_known(self) -> bool:
        """Whether what is reached says how much it gives."""
        return True

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Every amount that the reward names."""
        caps = (self.window_cap, self.merchant_cap, self.budget)
        return tuple(amount for amount in caps if amount is not None)

    @model_validator(mode="after")
    def _caps_can_be_applied(self) -> Self:
        counted = {
            "merchant_cap": self.merchant_cap,
            "claims_cap": self.claims_cap,
            "budget": self.budget,
        }
        named = [name for name, cap in counted.items() if cap is not None]
        if named and not self.are_amounts_known:
            raise ValueError(
                f"what windows give is unknown here, so `{named[0]}` cannot be used up; only "
                "`window_cap` can stand here"
            )
        return self

    @model_validator(mode="after")
    def _exposures_are_whole(self) -> Self:
        for amount in self.amounts:
            if self.unit == "exposures" and amount != amount.to_integral_value():
                raise ValueError(f"{amount} exposures: exposures are whole; round the amount")
        return self


class UpTo(Capped):
    """A cap whose tiers are unknown."""

    mode: Literal["up_to"]
    window_cap: Amount  # type: ignore[reportIncompatibleVariableOverride]

    @property
    def are_amounts_known(self) -> bool:
        return False


class Fixed(Capped):
    """One amount as soon as the goals are reached."""

    mode: Literal["fixed"]
    amount: OptionalAmount = None

    @property
    def are_amounts_known(self) -> bool:
        return self.amount is not None

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        return (*super().amounts, *((self.amount,) if self.amount is not None else ()))


class Ladder(Capped):
    """Tiers with amounts: the highest one's, or all of them."""

    mode: Literal["highest_only", "cumulative"]
    measure: Measure
    baseline: Baseline | None = None
    tiers: tuple[AmountTier, ...] = AS_FULL_LIST
    once: Literal["first_time"] | None = None

    @property
    def are_amounts_known(self) -> bool:
        return all(tier.amount is not None for tier in self.tiers)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        tiers = (tier.amount for tier in self.tiers)
        return (*super().amounts, *(amount for amount in tiers if amount is not None))

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        _refuse_steps_down(self.tiers)
        return self

    @model_validator(mode="after")
    def _growth_is_whole(self) -> Self:
        is_growth = self.measure.basis == "growth"
        if is_growth != (self.baseline is not None):
            raise ValueError("`baseline` goes with `basis: growth`, and only with it")
        if is_growth and self.once:
            raise ValueError("`once: first_time` goes with `basis: level` only")
        return self

    @model_validator(mode="after")
    def _all_amounts_or_none(self) -> Self:
        known = [tier.amount is not None for tier in self.tiers]
        if any(known) and not all(known):
            raise ValueError(
                "some tiers have an amount and some have none; write all of them, or leave all out"
            )
        return self


class Rated(Capped):
    """Tiers with rates: on everything, or each on its own part."""

    mode: Literal["retroactive", "marginal"]
    measure: Measure
    tiers: tuple[RateTier, ...] = AS_FULL_LIST
    once: Literal["first_time"] | None = None

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        _refuse_steps_down(self.tiers)
        if self.measure.basis == "growth":
            raise ValueError("`basis: growth` goes with amounts only, not with rates")
        return self


Reward = Annotated[UpTo | Fixed | Ladder | Rated, Field(discriminator="mode")]


def _refuse_steps_down(tiers: tuple[AmountTier, ...] | tuple[RateTier, ...]) -> None:
    for number, (lower, upper) in enumerate(pairwise(tiers), start=2):
        if upper.from_ <= lower.from_:
            raise ValueError(
                f"tier {number} begins at {upper.from_.normalize():f}, tier {number - 1} at "
                f"{lower.from_.normalize():f}; write the tiers from the lowest to the highest"
            )
