from digest_rows import WEEK
from digest_samples import insight, three_merchants

from orchestration.digest.compose_team import compose_team
from orchestration.digest.content import Insight
from orchestration.digest.movers import movers_of
from orchestration.digest.render import render_digest


def _swing(message: str, orders: int) -> list[Insight]:
    return [insight(message, orders=orders, base=100, low=80, high=120, weeks=8)]


def _text(findings: dict[str, list[Insight]] | None) -> str:
    content = compose_team(three_merchants("en"), WEEK, [], [], findings=findings)
    return render_digest(content, "b", 1).text


def test_falls_come_before_rises_and_the_edges_are_usual():
    register = three_merchants("en")
    findings = {
        "m001": _swing("unusual_rise", 400),
        "m002": _swing("within_swing", 120),
        "m003": _swing("unusual_fall", 79),
    }
    movers = movers_of(register, findings)
    assert movers.judged == 3
    assert [(one.merchant_id, one.orders) for one in movers.outside] == [
        ("m003", 79),
        ("m001", 400),
    ]


def test_among_falls_the_deepest_comes_first():
    findings = {name: _swing("unusual_fall", n) for name, n in (("m001", 60), ("m002", 20))}
    movers = movers_of(three_merchants("en"), findings)
    assert [one.merchant_id for one in movers.outside] == ["m002", "m001"]


def test_what_cannot_be_judged_is_no_mover_and_not_counted():
    silent = Insight(block="weekly_change", verdict="too_early", message="weekly_change.too_early")
    findings = {"m001": [silent], "m999": _swing("unusual_fall", 1)}
    assert movers_of(three_merchants("en"), findings).judged == 0
    assert "0 merchants have enough weeks" in _text({"m001": [silent]})
    assert "Nobody's" not in _text({"m001": [silent]})


def test_nobody_outside_is_said_and_nothing_judged_is_no_section():
    assert "Nobody's: all that can be judged" in _text({"m001": _swing("within_swing", 100)})
    assert "Whose orders stand out" not in _text(None)


def test_a_mover_is_told_with_its_own_range():
    text = _text({"m002": _swing("unusual_fall", 42)})
    assert "Lantern Tea: Paid orders 42, fewer · Usual 80 to 120" in text
