"""What must be found of advertising: rows, account-days, and what the finer levels do not show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pandas as pd

from orchestration.samples.market.ad_reports import CREDITED, MONEY
from orchestration.samples.market.ads import FIGURES
from orchestration.samples.market.exports import Record
from orchestration.samples.market.frames import frame
from orchestration.samples.market.sources import ADS
from orchestration.samples.market.standing import Standing

ACCOUNTS = "juguang__accounts"
SUMS = (*FIGURES, "interactions", *CREDITED)


class Cut(NamedTuple):
    """What the rows of a report are split by: its level, its time unit, and a breakdown or none."""

    source: str
    unit: str
    breakdown: str


class AccountDay(NamedTuple):
    """The grain of advertising totals."""

    merchant_id: str
    account_id: str
    day: date


# From the coarsest on.
CUTS = [
    Cut(ACCOUNTS, "day", ""),
    Cut(ACCOUNTS, "hour", ""),
    Cut(ACCOUNTS, "day", "placement"),
    *(Cut(source, unit, "") for source in ADS[1:] for unit in ("day", "hour")),
]
Totals = dict[AccountDay, dict[Cut, dict[str, Any]]]


def ad_rows(standing: Standing) -> pd.DataFrame:
    """Every row that stands, of all cuts; never to be added over cuts.

    Columns: merchant_id, source, unit (day or hour), breakdown, exported_at, day, and all values.
    """
    return frame(
        {
            "merchant_id": one.merchant_id,
            **cut_of(one.record)._asdict(),
            "exported_at": one.plan.exported_at,
            "day": one.record.day,
            **record.values,
        }
        for source in ADS
        for one in standing[source]
        for record in one.records
    )


def cut_of(record: Record) -> Cut:
    """The cut of a row of a report."""
    return Cut(*record.key[: len(Cut._fields)])


def totals(standing: Standing) -> Totals:
    """The sums of each cut by account-day."""
    found: Totals = defaultdict(lambda: defaultdict(_zeros))
    for source in ADS:
        for one in standing[source]:
            account_id, day = str(one.record.values["account_id"]), one.record.day
            assert day is not None
            sums = found[AccountDay(one.merchant_id, account_id, day)][cut_of(one.record)]
            for record in one.records:
                for name in SUMS:
                    sums[name] += record.values[name]
    return found


def _zeros() -> dict[str, Any]:
    return {name: Decimal("0.00") if name in MONEY else 0 for name in SUMS}


def account_days(sums: Totals) -> pd.DataFrame:
    """One row per merchant, account and day: the sums of the coarsest cut that was delivered.

    Columns: merchant_id, account_id, day, source, unit, breakdown (the cut), and SUMS.
    """
    columns = [*AccountDay._fields, *Cut._fields, *SUMS]
    return frame(_account_days(sums), columns)


def _account_days(sums: Totals) -> Iterable[dict[str, Any]]:
    for account_day, cuts in sorted(sums.items()):
        cut = min(cuts, key=CUTS.index)
        yield {**account_day._asdict(), **cut._asdict(), **cuts[cut]}


def unattributed(sums: Totals) -> pd.DataFrame:
    """What the daily rows of an account say beyond those of each finer level.

    One row per merchant, account, day and level (source) that has rows of that day: the account
    less the level, for SUMS. Where the two were exported at different times, what was credited
    in between is a part of it.
    """
    whole = CUTS[0]
    rows = (
        {
            **account_day._asdict(),
            "source": cut.source,
            **{name: cuts[whole][name] - cuts[cut][name] for name in SUMS},
        }
        for account_day, cuts in sorted(sums.items())
        for cut in CUTS[1:]
        if whole in cuts and cut in cuts and cut[1:] == whole[1:]
    )
    return frame(rows, [*AccountDay._fields, "source", *SUMS])
