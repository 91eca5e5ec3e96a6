"""Customers by the month of their first paid order, followed by month and by age."""

from datetime import date, timedelta

import pandas as pd

from .coverage import Row
from .orders import Known, money, ratio
from .periods import month_of

AGE_DAYS = 30


def cohorts(known: Known) -> dict[date, set[str]]:
    """The members of each cohort month, earliest month first."""
    members: dict[date, set[str]] = {}
    for customer, first_date in known.first_dates.items():
        members.setdefault(month_of(first_date)[0], set()).add(customer)
    return dict(sorted(members.items()))


def covered_orders(known: Known, members: set[str]) -> pd.DataFrame:
    """The members' orders on covered days."""
    paid = known.paid_on(known.covered)
    return paid[paid["customer"].isin(members)]


def by_month(known: Known) -> list[Row]:
    """`fct_customer_cohorts`: one row per cohort month and month since."""
    rows: list[Row] = []
    for cohort_month, members in cohorts(known).items():
        orders = covered_orders(known, members)
        first, last, number = *month_of(cohort_month), 0
        while first <= known.last_covered:
            in_cell = orders["paid_date"].between(first, last)
            so_far = orders["paid_date"] <= last
            rows.append(
                {"cohort_month": cohort_month, "month_number": number}
                | cell(known, members, orders[in_cell], orders[so_far], (first, last), cohort_month)
                | completeness(known, cohort_month, (first, last), cohort_month)
            )
            first, last = month_of(last + timedelta(days=1))
            number += 1
    return rows


def by_age(known: Known) -> list[Row]:
    """`fct_customer_cohorts_30d`: one row per cohort month and 30 days of age."""
    rows: list[Row] = []
    for cohort_month, members in cohorts(known).items():
        orders = covered_orders(known, members)
        dated = zip(orders["customer"], orders["paid_date"], strict=True)
        ages = pd.Series([age_of(known, *each) for each in dated], orders.index, dtype=int)
        firsts = [known.first_dates[customer] for customer in members]
        for age in range((known.last_covered - min(firsts)).days // AGE_DAYS + 1):
            first = min(firsts) + timedelta(days=AGE_DAYS * age)
            last = max(firsts) + timedelta(days=AGE_DAYS * age + AGE_DAYS - 1)
            in_cell, so_far = orders[ages == age], orders[ages <= age]
            rows.append(
                {"cohort_month": cohort_month, "age_30d": age}
                | cell(known, members, in_cell, so_far, (first, last), min(firsts))
                | completeness(known, cohort_month, (first, last), min(firsts))
            )
    return rows


def age_of(known: Known, customer: str, paid_date: date) -> int:
    """How many full 30 days after its first paid date a customer paid."""
    return (paid_date - known.first_dates[customer]).days // AGE_DAYS


def cell(
    known: Known,
    members: set[str],
    orders: pd.DataFrame,
    so_far: pd.DataFrame,
    days: tuple[date, date],
    start: date,
) -> Row:
    """The figures of one cell: null where none of its days is covered."""
    is_known = bool(known.covered_in(*days))
    is_known_so_far = bool(known.covered_in(start, days[1]))
    size = len(members)
    active = orders["customer"].nunique() if is_known else None
    cumulative = money(so_far["gmv"]) if is_known_so_far else None
    return {
        "cohort_size": size,
        "active_customers": active,
        "order_count": len(orders) if is_known else None,
        "gmv": money(orders["gmv"]) if is_known else None,
        "cumulative_gmv": cumulative,
        "retention_rate": ratio(active, size),
        "ltv": ratio(cumulative, size),
    }


def completeness(known: Known, cohort_month: date, days: tuple[date, date], start: date) -> Row:
    """The flags of one cell; a day after the last covered one is not covered."""
    return {
        "is_history_complete": known.is_history_complete(cohort_month),
        "is_complete": known.is_covered(*days),
        "is_cumulative_complete": known.is_covered(start, days[1]),
    }
