from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from orchestration.playbook.block import PlaybookError
from orchestration.playbook.weekly_change import MESSAGES, dispersion, weekly_change

FIRST = date(2024, 7, 15)


def _frame(orders: list[int | None], partial: tuple[int, ...] = ()) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "trailing_week": [FIRST + timedelta(weeks=n) for n in range(len(orders))],
            "order_count": pd.array(orders, dtype="Int64"),
            "is_complete": [
                count is not None and n % len(orders) not in partial
                for n, count in enumerate(orders)
            ],
        }
    )


STEADY: list[int | None] = [400, 410, 390, 405, 395, 400, 410, 400]


def _weeks(rng: np.random.Generator, mean: float, phi: float, shape: tuple[int, int]):
    """Counts of variance phi × mean: Poisson at 1, negative binomial above."""
    if phi == 1:
        return rng.poisson(mean, shape)
    return rng.negative_binomial(mean / (phi - 1), 1 / phi, shape)


@pytest.mark.parametrize("mean", [10, 50, 200])
@pytest.mark.parametrize("phi", [1, 3])
def test_planted_flat_weeks_are_called_unusual_at_most_one_time_in_ten(mean: float, phi: float):
    rng = np.random.default_rng(20240909)
    insights = [weekly_change(_frame(w.tolist())) for w in _weeks(rng, mean, phi, (600, 9))]
    spoken = [i for i in insights if i.verdict == "ok"]
    called = [i for i in spoken if i.message != "weekly_change.within_swing"]
    assert len(spoken) > 400
    assert len(called) / len(spoken) <= 0.10


@pytest.mark.parametrize(("factor", "message"), [(1.6, "unusual_rise"), (0.5, "unusual_fall")])
def test_planted_step_is_found(factor: float, message: str):
    rng = np.random.default_rng(7)
    weeks = np.hstack([rng.poisson(200, (300, 8)), rng.poisson(200 * factor, (300, 1))])
    found = [weekly_change(_frame(w.tolist())).message for w in weeks]
    assert found.count(f"weekly_change.{message}") >= 0.95 * len(found)


def test_interval_covers_the_planted_change():
    rng = np.random.default_rng(11)
    covered = 0
    for weeks in rng.poisson(100, (500, 9)):
        insight = weekly_change(_frame(weeks.tolist()))
        assert insight.interval is not None
        covered += insight.interval[0] <= 0 <= insight.interval[1]
    assert covered / 500 >= 0.88


def test_the_told_swing_is_exactly_where_the_verdict_turns():
    base = weekly_change(_frame([*STEADY, 400]))
    low, high = int(base.params["low"]), int(base.params["high"])
    said = {n: weekly_change(_frame([*STEADY, n])).message for n in (low - 1, low, high, high + 1)}
    assert list(said.values()) == [
        "weekly_change.unusual_fall",
        "weekly_change.within_swing",
        "weekly_change.within_swing",
        "weekly_change.unusual_rise",
    ]


def test_a_restless_shop_gets_a_wider_swing():
    calm = weekly_change(_frame([*STEADY, 470]))
    restless = weekly_change(_frame([300, 520, 280, 500, 310, 540, 290, 400, 470]))
    assert calm.message == "weekly_change.unusual_rise"
    assert restless.message == "weekly_change.within_swing"


@pytest.mark.parametrize(
    ("orders", "partial", "verdict", "message"),
    [
        ([*STEADY, None], (), "data_missing", "week_missing"),
        ([*STEADY, 400], (8,), "not_comparable", "week_partial"),
        ([*STEADY[:-1], None, 400], (), "data_missing", "base_missing"),
        ([*STEADY, 400], (7,), "not_comparable", "base_partial"),
        ([400], (), "too_early", "no_base"),
        ([None, None, 400], (), "too_early", "no_base"),
        ([400, 410, 400], (), "too_early", "too_early"),
        ([*STEADY, 400], (2,), "too_early", "too_early"),
        ([9, 8, 9, 8, 5, 5, 5, 4, 30], (), "too_few", "too_few"),
        ([], (), "data_missing", "week_missing"),
    ],
)
def test_reasons_for_silence(orders, partial, verdict: str, message: str):
    insight = weekly_change(_frame(orders, partial))
    assert (insight.verdict, insight.message) == (verdict, f"weekly_change.{message}")
    assert insight.message in MESSAGES
    assert insight.estimate is None
    assert insight.interval is None


def test_a_base_is_enough_from_five_orders_a_week_on():
    few = weekly_change(_frame([9, 8, 9, 8, 5, 5, 5, 4, 30]))
    enough = weekly_change(_frame([9, 8, 9, 8, 5, 5, 5, 5, 30]))
    assert few.params == {"base": 19, "needed": 20, "weeks": 4}
    assert (enough.verdict, enough.params["base"]) == ("ok", 5)


def test_one_odd_week_before_is_not_the_measure_of_this_one():
    """After a week of half the orders the usual number is no rise, and half again is a fall."""
    dip: list[int | None] = [*STEADY, 200]
    assert weekly_change(_frame([*dip, 400])).message == "weekly_change.within_swing"
    assert weekly_change(_frame([*STEADY, 400, 330])).message == "weekly_change.unusual_fall"


def test_silence_says_when_we_will_know():
    assert weekly_change(_frame([400, 410, 400])).params == {"weeks": 2, "left": 6}


def test_order_of_rows_does_not_matter_and_the_frame_is_left_alone():
    frame = _frame([*STEADY, 470])
    shuffled = frame.sample(frac=1, random_state=3)
    kept = shuffled.copy()
    assert weekly_change(shuffled) == weekly_change(frame)
    pd.testing.assert_frame_equal(shuffled, kept)


def test_eight_empty_weeks_do_not_divide_by_zero():
    assert dispersion([0] * 8) == 1.0


def test_a_missing_column_is_named():
    with pytest.raises(PlaybookError, match="is_complete"):
        weekly_change(_frame([1]).drop(columns="is_complete"))


def test_a_week_of_a_promotion_is_judged_by_nobodys_swing_and_is_nobodys_base():
    frame = _frame([*STEADY, 400, 1900, 405])
    frame["promotion"] = [None] * 9 + ["618", None]
    after = weekly_change(frame)
    assert after.message == "weekly_change.within_swing"
    assert after.params == weekly_change(_frame([*STEADY, 400, 405])).params
    during = weekly_change(frame[:10])
    assert (during.verdict, during.message) == ("not_comparable", "weekly_change.promotion")
