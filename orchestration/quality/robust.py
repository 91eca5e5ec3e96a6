"""How unusual a value is beside its past: robust deviations, on scales on which chance is even."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

# A shop's own swing is never taken to be smaller than this, for few weeks may look calmer by luck.
LEAST_SWING = 0.1
# Makes the median absolute deviation the standard deviation of a normal spread.
_MAD_TO_SD = 1.4826
# The past is an estimate, too: a median of n weeks has about 1.57 times the variance of one, by n.
_MEDIAN_VARIANCE = math.pi / 2
# Anscombe's constant; chance alone spreads the root of a count by a half.
_ANSCOMBE, _CHANCE = 3 / 8, 0.5


def deviations(value: float, past: Sequence[float], floor: float) -> float:
    """How many robust deviations a value lies off its past; `floor`: the least one, same scale."""
    centre = median(past)
    spread = max(_MAD_TO_SD * median(abs(one - centre) for one in past), floor)
    return (value - centre) / (spread * math.sqrt(1 + _MEDIAN_VARIANCE / len(past)))


def of_counts(value: float, past: Sequence[float]) -> float:
    """Counts, by their roots: chance spreads all of them alike."""
    roots = [_root(one) for one in past]
    # A relative swing s of a count spreads its root by s/2 of the root.
    floor = math.hypot(_CHANCE, LEAST_SWING / 2 * median(roots))
    return deviations(_root(value), roots, floor)


def of_money(value: float, past: Sequence[float]) -> float:
    """Budgets, which are set as factors of one another."""
    # One unit more keeps a week of nothing finite.
    return deviations(math.log1p(value), [math.log1p(one) for one in past], LEAST_SWING)


def of_shares(value: tuple[int, int], past: Sequence[tuple[int, int]]) -> float:
    """Shares, each as a part and the whole, which is at least 1 in `value`."""
    floor = 1 / math.sqrt(value[1])
    return deviations(_angle(*value), [_angle(*one) for one in past], floor)


def of_ratios(value: tuple[int, int], past: Sequence[tuple[int, int]]) -> float:
    """Counts for each of another count, such as rows for orders; the other is at least 1."""
    # A basket varies by no more than its mean; of n of them chance spreads the logarithm so far.
    floor = math.hypot(LEAST_SWING, 1 / math.sqrt(value[1]))
    return deviations(_log_each(*value), [_log_each(*one) for one in past], floor)


def _root(count: float) -> float:
    return math.sqrt(count + _ANSCOMBE)


def _angle(part: float, whole: float) -> float:
    """Freeman and Tukey's angle: chance spreads it by 1 over the root of the whole, or less."""
    return 2 * math.asin(math.sqrt((part + _ANSCOMBE) / (whole + 2 * _ANSCOMBE)))


def _log_each(many: int, of: int) -> float:
    # None at all is as far off as one.
    return math.log(max(many, 1) / of)
