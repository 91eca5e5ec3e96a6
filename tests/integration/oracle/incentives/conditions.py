"""Gates and goals: conditions in three-valued logic, where None is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .facts import ONE_DAY, Statement
from .metrics import SOURCES, Bar, Known, Total
from .rules import Words, number
from .windows import Window

Truth = bool | None

COMPARISONS = ("at_least", "at_most", "above", "below")


@dataclass(frozen=True)
class Answer:
    """What has become of one condition."""

    words: Words
    is_met: Truth
    actual: Decimal | None = None
    required: Decimal | None = None

    @property
    def asks_for_more(self) -> bool:
        """Whether something can lack to it."""
        return "at_least" in self.words or self.words.get("is") is True


def any_of(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    if True in found:
        return True
    return None if None in found else False


def all_of(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    if False in found:
        return False
    return None if None in found else True


def answers_to(
    known: Known, window: Window, entries: Sequence[Sequence[Words]]
) -> list[list[Answer]]:
    return [[answer_to(known, window, words) for words in entry] for entry in entries]


def truths_of(entries: list[list[Answer]]) -> list[Truth]:
    """What has become of each entry."""
    return [any_of(answer.is_met for answer in entry) for entry in entries]


def answer_to(known: Known, window: Window, words: Words) -> Answer:
    metric = words["metric"]
    if metric == "category":
        return Answer(words, _category(known, words))
    comparison, required = _comparison(words)
    if metric in SOURCES:
        return _on_days(known, window, words, comparison, required)
    value = _value(known, window, metric)
    is_met = None if value is None else _compare(comparison, value, required)
    return Answer(words, is_met, value, required)


def _comparison(words: Words) -> tuple[str, Decimal]:
    if "is" in words:
        return ("at_least", Decimal(1)) if words["is"] else ("at_most", Decimal(0))
    [comparison] = [each for each in COMPARISONS if each in words]
    required = number(words[comparison])
    assert required is not None
    return comparison, required


def _compare(comparison: str, value: Decimal, required: Decimal) -> bool:
    """Of a value that is wholly known."""
    return {
        "at_least": value >= required,
        "at_most": value <= required,
        "above": value > required,
        "below": value < required,
    }[comparison]


def _value(known: Known, window: Window, metric: str) -> Decimal | None:
    """What the register or a statement says."""
    merchant = known.merchant
    if metric == "private_domain":
        return number(merchant.is_private_domain)
    if metric == "days_since_joined":
        joined = merchant.joined_on
        return None if joined is None else Decimal((window.start - joined).days)
    stated = [one for one in merchant.statements if one.fact == metric and _is_for(one, known)]
    return max(stated, key=lambda one: one.recorded_at).value if stated else None


def _is_for(statement: Statement, known: Known) -> bool:
    end = statement.valid_to
    return statement.valid_from <= known.as_of and (end is None or known.as_of < end)


def _category(known: Known, words: Words) -> Truth:
    listed = words.get("include") or words.get("exclude") or ()
    industries = known.merchant.industries
    is_in = any(each in listed for each in industries if each)
    if not is_in and not all(industries):
        return None
    return is_in if "include" in words else not is_in


def _on_days(
    known: Known, window: Window, words: Words, comparison: str, required: Decimal
) -> Answer:
    """A sum over days; nothing has happened in a window that has not begun."""
    period = words.get("period", "window")
    if period == "window" and not window.has_begun(known.as_of):
        return Answer(words, False, None if window.is_to_come else Decimal(0), required)
    days = _period(known, window, words, period)
    if days is None:
        return Answer(words, None, None, required)
    total = known.total(words["metric"], *days)
    return Answer(words, judge(total, comparison, required), total.actual, required)


def _period(known: Known, window: Window, words: Words, period: str) -> tuple[date, date] | None:
    if period == "window":
        return window.start, window.end
    if period == "before_window":
        return window.start - timedelta(days=words["days"]), window.start
    joined = known.merchant.joined_on
    return None if joined is None else (joined, known.as_of + ONE_DAY)


def judge(total: Total, comparison: str, required: Decimal) -> Truth:
    """A comparison with what is known: more of it can only help `at_least` and hurt `at_most`."""
    if total.is_unknown:
        return None
    asks_for_more = comparison in ("at_least", "above")
    is_over = Bar(Fraction(required), comparison in ("above", "at_most")).holds(total.value)
    if is_over and not (total.has_missing and total.may_fall):
        return asks_for_more
    if total.has_missing:
        return None
    return is_over == asks_for_more
