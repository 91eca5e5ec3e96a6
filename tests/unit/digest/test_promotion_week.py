"""A week of a promotion is compared with what is fair to it, and never with last week."""

from datetime import date
from decimal import Decimal

from digest_forms import promotion_again_zh, promotion_weeks, promotion_zh
from digest_rows import WEEK, fact_row, week_rows
from digest_samples import STEADY, insight, merchant

from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.promotion_week import base_monday, promotion_week


def test_the_base_is_the_mean_of_the_last_four_whole_weeks_without_a_promotion():
    # Backwards from the newest: 430 is of the promotion too, 409 lacks days.
    weeks = promotion_weeks([0, 1])
    weeks[-3]["is_complete"] = False
    held = promotion_week(WEEK, weeks)
    assert held is not None
    assert (held.normal_weeks, held.order_base) == (4, Decimal((399 + 442 + 417 + 438) / 4))
    assert held.order_change is None


def test_the_edition_before_is_the_better_base():
    held = promotion_again_zh().promotion
    assert held is not None
    assert (held.base_start, held.order_change) == (date(2023, 9, 10), Decimal("0.123"))
    assert held.order_base is None


def test_a_promotion_without_any_usual_week_has_no_base():
    held = promotion_week(WEEK, promotion_weeks(range(9)))
    assert held is not None
    assert (held.normal_weeks, held.order_base, held.gmv_base) == (0, None, None)


def test_outside_promotions_there_is_none():
    assert promotion_week(WEEK, week_rows(STEADY, "1.00")) is None
    assert promotion_week(WEEK, []) is None


def test_nothing_is_compared_with_a_week_of_a_promotion():
    for content in (promotion_zh(), promotion_again_zh()):
        assert all(fact.change is None and fact.base is None for fact in content.facts)
        assert content.fact("week", "gmv").value == Decimal("702114.90")


def test_the_week_after_a_promotion_is_judged_by_the_week_before_it():
    weeks = week_rows(STEADY, "1.00")
    weeks[-2]["promotion"] = "618"
    assert base_monday(WEEK, weeks) == date(2024, 8, 26)
    facts = [fact_row("gmv", "100.00", "900.00"), fact_row("order_count", "448", "1900")]
    found = insight("within_swing", orders=448, base=412, low=382, high=469, weeks=8)
    content = compose_merchant(merchant(), WEEK, MerchantRows(facts=facts, weeks=weeks), [found])
    assert (content.verdict, content.promotion) == ("steady", None)
    assert content.fact("week", "gmv").change is None
