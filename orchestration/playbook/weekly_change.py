"""Did the week's orders change, or is it the usual swing?

Orders of the reported week against the mean of the last four comparable weeks, after Anscombe's
square root, which gives counts nearly the same spread whatever their size. The spread is widened
by what the merchant's own earlier weeks show beyond chance, so that a restless shop is not called
unusual every Monday. A week of a promotion is judged by nobody's swing, and is nobody's base.
How often this errs and what it finds stands in docs/news-or-noise.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchestration.playbook.block import Insight, Verdict, require_columns

BLOCK = "weekly_change"
# A month of weeks is steadier than one, and near enough to be the same shop.
BASE_WEEKS = 4
# Fewer weeks give no usable picture of the merchant's own swing.
WEEKS_NEEDED = 8
# 90 % two-sided quantile of Student's t with 7 degrees of freedom, those of a variance of 8 weeks.
T_QUANTILE = 1.895
# Orders of the base's weeks together. With fewer than 5 a week, one order more or less is 20 %
# and the square root no longer levels the spread.
BASE_NEEDED = 5 * BASE_WEEKS
# Anscombe's constant: makes the spread of sqrt(count + 3/8) closest to 1/2.
_ANSCOMBE = 3 / 8

Counts = npt.NDArray[np.floating]

MESSAGES = (
    "weekly_change.week_missing",
    "weekly_change.week_partial",
    "weekly_change.promotion",
    "weekly_change.no_base",
    "weekly_change.base_missing",
    "weekly_change.base_partial",
    "weekly_change.too_early",
    "weekly_change.too_few",
    "weekly_change.within_swing",
    "weekly_change.unusual_rise",
    "weekly_change.unusual_fall",
)


@dataclass(frozen=True)
class _Week:
    """Orders of one week, None when unknown."""

    orders: int | None
    is_complete: bool


def weekly_change(frame: pd.DataFrame) -> Insight:
    """Judge the newest week of the frame against the four comparable ones before it.

    Args:
        frame: one row per week of one merchant, any order, without gaps: `trailing_week`
            (sortable), `order_count` (null when unknown), `is_complete`. Nine rows or more:
            the newest is judged, the last 8 complete ones before it tell the usual swing. With
            a column `promotion`, weeks that name one are left out of both.

    Returns:
        estimate: orders more or fewer than the mean of those weeks; interval: 90 % interval of
        that change. `params` carry orders, base (the mean, whole), low and high: the counts that
        the usual swing spans.

    Raises:
        PlaybookError: a column is missing.
    """
    require_columns(frame, "trailing_week", "order_count", "is_complete")
    weeks, is_promotion = _weeks(frame)
    if not weeks or weeks[-1].orders is None:
        return _silent("data_missing", "week_missing")
    if not weeks[-1].is_complete:
        return _silent("not_comparable", "week_partial")
    if is_promotion:
        return _silent("not_comparable", "promotion")
    if all(week.orders is None for week in weeks[:-1]):
        return _silent("too_early", "no_base", needed=WEEKS_NEEDED)
    earlier = [w.orders for w in weeks[:-1] if w.is_complete and w.orders is not None]
    if weeks[-2].orders is None:
        return _silent("data_missing", "base_missing")
    if not weeks[-2].is_complete:
        return _silent("not_comparable", "base_partial")
    if len(earlier) < WEEKS_NEEDED:
        left = WEEKS_NEEDED - len(earlier)
        return _silent("too_early", "too_early", weeks=len(earlier), left=left)
    base = sum(earlier[-BASE_WEEKS:])
    if base < BASE_NEEDED:
        return _silent("too_few", "too_few", base=base, needed=BASE_NEEDED, weeks=BASE_WEEKS)
    return _judge(weeks[-1].orders, np.array(earlier[-WEEKS_NEEDED:]))


def _weeks(frame: pd.DataFrame) -> tuple[list[_Week], bool]:
    """The weeks, oldest first, earlier ones of promotions left out; is the newest of one?"""
    ordered = frame.sort_values("trailing_week").reset_index(drop=True)
    if "promotion" not in ordered or ordered.empty:
        return _known(ordered), False
    of_promotion = ordered["promotion"].notna()
    is_newest = ordered.index == len(ordered) - 1
    return _known(ordered[~of_promotion | is_newest]), bool(of_promotion.iloc[-1])


def _known(ordered: pd.DataFrame) -> list[_Week]:
    return [
        _Week(None if pd.isna(orders) else int(orders), bool(complete))
        for orders, complete in zip(ordered["order_count"], ordered["is_complete"], strict=True)
    ]


def _silent(verdict: Verdict, message: str, **params: int) -> Insight:
    return Insight(BLOCK, verdict, f"{BLOCK}.{message}", dict(params))


def _root(count: Counts) -> Counts:
    return np.sqrt(count + _ANSCOMBE)


def _count(root: Counts) -> Counts:
    """The count of a square root; nothing lies below no order at all."""
    return np.maximum(root, math.sqrt(_ANSCOMBE)) ** 2 - _ANSCOMBE


def dispersion(weeks: npt.ArrayLike) -> Counts:
    """Variance over mean of weekly counts (last axis); never below 1, the spread of pure chance."""
    counts = np.asarray(weeks, dtype=float)
    mean, variance = counts.mean(axis=-1), counts.var(axis=-1, ddof=1)
    return np.maximum(1.0, np.divide(variance, mean, out=np.ones_like(mean), where=mean > 0))


def _base_and_reach(weeks: npt.ArrayLike) -> tuple[Counts, Counts]:
    """The mean to compare with, and how far the root of a usual week lies from its root."""
    base = np.asarray(weeks, dtype=float)[..., -BASE_WEEKS:].mean(axis=-1)
    # The week itself spreads by half the root of the dispersion; the mean adds its own share.
    return base, T_QUANTILE * np.sqrt(dispersion(weeks) * (1 + 1 / BASE_WEEKS)) / 2


def usual_range(weeks: npt.ArrayLike) -> tuple[Counts, Counts]:
    """The fewest and the most orders that are nothing unusual after these weeks.

    Args:
        weeks: whole comparable weeks, newest last, along the last axis; any shape before it.
    """
    base, reach = _base_and_reach(weeks)
    return np.ceil(_count(_root(base) - reach)), np.floor(_count(_root(base) + reach))


def _judge(orders: int, earlier: Counts) -> Insight:
    low, high = (int(edge) for edge in usual_range(earlier))
    base, reach = (float(one) for one in _base_and_reach(earlier))
    message = "within_swing"
    if not low <= orders <= high:
        message = "unusual_rise" if orders > high else "unusual_fall"
    ends = _count(_root(np.array([orders, orders])) + np.array([-reach, reach])) - base
    return Insight(
        BLOCK,
        "ok",
        f"{BLOCK}.{message}",
        {"orders": orders, "base": round(base), "low": low, "high": high, "weeks": len(earlier)},
        estimate=orders - base,
        interval=(float(ends[0]), float(ends[1])),
        evidence={
            "base_mean": base,
            "dispersion": round(float(dispersion(earlier)), 3),
            "t_quantile": T_QUANTILE,
        },
    )
