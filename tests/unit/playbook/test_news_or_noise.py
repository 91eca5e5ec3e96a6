"""The shipped decision on planted weeks, against the aims of docs/news-or-noise.md.

The aims are read from the document, which was written before anything was measured.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from orchestration.home import PROJECT_ROOT
from orchestration.playbook.weekly_change import (
    BASE_NEEDED,
    BASE_WEEKS,
    WEEKS_NEEDED,
    usual_range,
    weekly_change,
)

Counts = npt.NDArray[np.integer]

# A share of one in ten is known to +- 0.5 % (two standard errors); all of them take a second.
SHOPS = 20_000
FALSE_NEWS, POWER = 0.10, 0.80
PAGE = PROJECT_ROOT / "docs" / "news-or-noise.md"
# orders a week | over-dispersion | a rise to ... (orders) | a fall to ... (orders), or no aim
AIM = re.compile(
    r"^\| (\d+) \| (\d) \| [^|(]+\((\d+)\) \| (?:[^|(]+\(([\d.]+)\)|no aim.*) \|$", re.M
)
AIMS = [
    (int(mean), int(phi), float(rise), float(fall) if fall else None)
    for mean, phi, rise, fall in AIM.findall(PAGE.read_text(encoding="utf-8"))
]
CASES = pytest.mark.parametrize(("mean", "phi", "rise", "fall"), AIMS)


def _draw(rng: np.random.Generator, mean: float, phi: int, shape: tuple[int, ...]) -> Counts:
    """Counts of variance phi x mean: Poisson at 1, negative binomial above."""
    if phi == 1:
        return rng.poisson(mean, shape)
    return rng.negative_binomial(mean / (phi - 1), 1 / phi, shape)


def _shops(mean: int, phi: int, newest: float) -> tuple[Counts, Counts]:
    """Earlier weeks of many shops around one mean, and the newest week of each around another.

    Shops that the block is silent about are left out, as in the digest.
    """
    rng = np.random.default_rng([20240909, mean, phi, int(newest * 10)])
    earlier = _draw(rng, mean, phi, (SHOPS, WEEKS_NEEDED))
    orders = _draw(rng, newest, phi, (SHOPS,))
    spoken = earlier[:, -BASE_WEEKS:].sum(axis=1) >= BASE_NEEDED
    return earlier[spoken], orders[spoken]


def _called(mean: int, phi: int, newest: float) -> tuple[float, float]:
    """Shares of the shops whose newest week is called a fall and a rise."""
    earlier, orders = _shops(mean, phi, newest)
    low, high = usual_range(earlier)
    return float(np.mean(orders < low)), float(np.mean(orders > high))


def test_the_page_has_an_aim_for_every_planted_world() -> None:
    assert [(mean, phi) for mean, phi, _, _ in AIMS] == [
        (mean, phi) for mean in (10, 50, 200) for phi in (1, 3)
    ]
    assert [fall for *_, fall in AIMS if fall is None] == [None]


@CASES
def test_an_unchanged_week_is_news_at_most_one_time_in_ten(
    mean: int, phi: int, rise: float, fall: float | None
) -> None:
    assert sum(_called(mean, phi, mean)) <= FALSE_NEWS


@CASES
def test_a_change_of_the_written_size_is_found_four_times_in_five(
    mean: int, phi: int, rise: float, fall: float | None
) -> None:
    assert _called(mean, phi, rise)[1] >= POWER
    if fall is not None:
        assert _called(mean, phi, fall)[0] >= POWER


@CASES
def test_the_block_says_what_its_range_says(
    mean: int, phi: int, rise: float, fall: float | None
) -> None:
    """The frame that a digest hands over, for some shops of each world."""
    earlier, orders = _shops(mean, phi, rise)
    low, high = usual_range(earlier)
    for n in range(25):
        said = weekly_change(_frame([*earlier[n], orders[n]]))
        assert (said.params["low"], said.params["high"]) == (low[n], high[n])
        expected = "rise" if orders[n] > high[n] else "fall" if orders[n] < low[n] else "swing"
        assert said.message.endswith(expected)


@CASES
def test_silence_where_nothing_can_be_known(
    mean: int, phi: int, rise: float, fall: float | None
) -> None:
    """A week of a promotion, seven earlier weeks, and a base of hardly any order: no news."""
    earlier, orders = _shops(mean, phi, rise)
    promotion = [None] * WEEKS_NEEDED + ["618"]
    for n in range(25):
        weeks = [*earlier[n], orders[n]]
        assert weekly_change(_frame(weeks, promotion)).message == "weekly_change.promotion"
        assert weekly_change(_frame(weeks[1:])).message == "weekly_change.too_early"
        few = [*earlier[n][:-BASE_WEEKS], *[4] * BASE_WEEKS, orders[n]]
        assert weekly_change(_frame(few)).message == "weekly_change.too_few"


@CASES
def test_weeks_of_promotions_before_change_nothing(
    mean: int, phi: int, rise: float, fall: float | None
) -> None:
    """Two weeks of three times the orders among the earlier ones are as if they were not there."""
    earlier, orders = _shops(mean, phi, rise)
    for n in range(25):
        clean = [*earlier[n], orders[n]]
        sale = [3 * mean] * 2
        promotion = [None] * 6 + ["618"] * 2 + [None] * 3
        with_sale = _frame([*clean[:6], *sale, *clean[6:]], promotion)
        assert weekly_change(with_sale).params == weekly_change(_frame(clean)).params


def _frame(orders: list[int], promotion: list[str | None] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trailing_week": [date(2024, 7, 1) + timedelta(weeks=n) for n in range(len(orders))],
            "order_count": pd.array(orders, dtype="Int64"),
            "is_complete": True,
            "promotion": promotion or [None] * len(orders),
        }
    )
