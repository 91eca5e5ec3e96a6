"""Days, weeks and months of a merchant, with growth and like-for-like growth."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .coverage import Row, span
from .orders import Known, money, ratio

ADS = ["ad_spend", "impressions", "clicks", "interactions", "ad_gmv_paid_7d_by_click"]
GROWING = ["gmv", "order_count", "active_customers", "new_customers", "ad_spend"]

Period = tuple[date, date]


@dataclass(frozen=True)
class Calendar:
    """A way to cut days into periods, each given as (first day, last day)."""

    key: str
    step: str
    containing: Callable[[date], Period]
    before: Callable[[date], Period]
    year_before: Callable[[date], Period | None]
    position: Callable[[date], int]


def week_of(day: date) -> Period:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def week_a_year_before(monday: date) -> Period | None:
    """The ISO week of the same number a year before; None if that year has no such week."""
    year, week, _ = monday.isocalendar()
    try:
        return week_of(date.fromisocalendar(year - 1, week, 1))
    except ValueError:
        return None


def month_of(day: date) -> Period:
    """First to last day of the calendar month."""
    next_month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    return day.replace(day=1), next_month - timedelta(days=1)


WEEKS = Calendar(
    key="week",
    step="wow",
    containing=week_of,
    before=lambda first: week_of(first - timedelta(days=1)),
    year_before=week_a_year_before,
    position=date.isoweekday,
)
MONTHS = Calendar(
    key="month",
    step="mom",
    containing=month_of,
    before=lambda first: month_of(first - timedelta(days=1)),
    year_before=lambda first: month_of(first.replace(year=first.year - 1)),
    position=lambda day: day.day,
)


def sales(known: Known, first: date, last: date) -> Row:
    """The orders and money of the covered days from first to last; null without such a day."""
    days = known.covered_in(first, last)
    paid = known.paid_on(days)
    anonymous = paid[paid["customer"].isna()]
    return {
        "order_count": len(paid) if days else None,
        "gmv": money(paid["gmv"]) if days else None,
        "anonymous_order_count": len(anonymous) if days else None,
        "anonymous_gmv": money(anonymous["gmv"]) if days else None,
        "refund_amount": None,
        "net_gmv": None,
    }


def customers(known: Known, first: date, last: date) -> Row:
    """Who bought on the covered days from first to last; null without such a day."""
    days = known.covered_in(first, last)
    active = set(known.paid_on(days)["customer"].dropna())
    new = {one for one in active if known.first_dates[one] >= first}
    return {
        "active_customers": len(active) if days else None,
        "new_customers": len(new) if days else None,
        "returning_customers": len(active - new) if days else None,
    }


def days_table(known: Known) -> list[Row]:
    """`fct_merchant_days`: one row per day from the first to the last covered day."""
    listed = known.merchant
    return [
        {
            "day": day,
            **sales(known, day, day),
            **customers(known, day, day),
            **dict.fromkeys(ADS),
            "is_history_complete": known.is_history_complete(day),
            "orders_covered": day in known.covered,
            "aftersales_covered": False if listed.aftersales_listed else None,
            "ads_covered": False if listed.ads_listed else None,
            "is_complete": day in known.covered,
        }
        for day in span(known.first_covered, known.last_covered)
    ]


def periods_table(known: Known, calendar: Calendar) -> list[Row]:
    """`fct_merchant_weeks` or `fct_merchant_months`: dense from first to last covered period."""
    rows: dict[date, Row] = {}
    first, last = calendar.containing(known.first_covered)
    while first <= known.last_covered:
        rows[first] = period_row(known, calendar, first, last)
        first, last = calendar.containing(last + timedelta(days=1))
    return [
        row | growth_of(known, calendar, first, rows) | flags(known, *calendar.containing(first))
        for first, row in rows.items()
    ]


def period_row(known: Known, calendar: Calendar, first: date, last: date) -> Row:
    """The figures of one period."""
    sold = sales(known, first, last)
    listed = known.merchant
    return {
        calendar.key: first,
        **sold,
        "aov": ratio(sold["gmv"], sold["order_count"]),
        **customers(known, first, last),
        **dict.fromkeys(ADS),
        "roi_paid_7d_by_click": None,
        "cac": None,
        "orders_days_covered": len(known.covered_in(first, last)),
        "aftersales_days_covered": 0 if listed.aftersales_listed else None,
        "ads_days_covered": 0 if listed.ads_listed else None,
        "days_in_period": len(span(first, last)),
    }


def flags(known: Known, first: date, last: date) -> Row:
    """What a reader must know of one period's figures."""
    return {
        "is_history_complete": known.is_history_complete(first),
        "is_complete": known.is_covered(first, last),
    }


def growth_of(known: Known, calendar: Calendar, first: date, rows: dict[date, Row]) -> Row:
    """The growth columns of the period that starts on `first`."""
    bases = {calendar.step: calendar.before(first), "yoy": calendar.year_before(first)}
    grown: Row = {}
    for figure in GROWING:
        for name, base in bases.items():
            plain = alike = None
            if base and base[0] in rows:
                period = calendar.containing(first)
                plain = growth(rows[first][figure], rows[base[0]][figure])
                alike = like_for_like(known, calendar, period, base, figure)
            grown |= {f"{figure}_{name}": plain, f"{figure}_{name}_like_for_like": alike}
    return grown


def growth(current: Decimal | int | None, base: Decimal | int | None) -> float | None:
    """(current − base) ÷ base."""
    if current is None or base is None:
        return None
    return ratio(current - base, base)


def like_for_like(
    known: Known, calendar: Calendar, period: Period, base: Period, figure: str
) -> float | None:
    """Growth over the day positions that are covered in both periods."""
    if figure == "ad_spend":  # no advertising export, so no day of it is covered
        return None
    sides = [known.covered_in(*period), known.covered_in(*base)]
    shared = set.intersection(*({calendar.position(day) for day in side} for side in sides))
    if not shared:
        return None
    current, before = (
        figure_on(known, figure, [day for day in side if calendar.position(day) in shared])
        for side in sides
    )
    return growth(current, before)


def figure_on(known: Known, figure: str, days: Collection[date]) -> Decimal | int:
    """A figure over a choice of covered days."""
    paid = known.paid_on(days)
    if figure == "gmv":
        return money(paid["gmv"])
    if figure == "order_count":
        return len(paid)
    if figure == "active_customers":
        return paid["customer"].nunique()
    return sum(first in days for first in known.first_dates.values())
