"""Thousands of merchants by a seed: each drawn from a few ways to have joined, to sell and to send.

Thresholds of `programmes.yml` are round, and so are most amounts here: many sums meet them exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

from oracle.incentives import Merchant, Statement
from oracle.incentives.facts import ONE_DAY, days_between

from incentive_worlds.files import (
    CANCELLED,
    AdRow,
    AftersaleRow,
    File,
    FileRow,
    GrantRow,
    LiveRow,
    OrderRow,
)
from incentive_worlds.homes import UNITS

FIRST, LAST = date(2024, 3, 1), date(2024, 7, 14)
DAYS = days_between(FIRST, LAST + ONE_DAY)
EXPORTED = datetime(2024, 7, 15, 1, 30)  # noqa: DTZ001
SHANGHAI = timezone(timedelta(hours=8))

AMOUNTS = ["10", "20", "25", "50", "100", "150", "99.99", "0.01", "33.33"]
MINUTES = ["10", "15", "29.5", "30", "60", "120"]  # whole seconds, as times of day have them
INDUSTRIES = [
    ("家居", "家具"),
    ("美妆", None),
    ("服饰", "家居"),
    ("服饰", "女装"),
    ("服饰", None),
    ("食品", "零食"),
    ("食品", None),
    (None, None),
    (None, "美妆"),
]
Runs = tuple[tuple[date, date], ...]


def registered(random: Random, merchant_id: str) -> Merchant:
    """What the register and the statements say."""
    return Merchant(
        merchant_id,
        _joined_on(random),
        random.choice(INDUSTRIES),
        random.choice([True, False, False, None]),
        statements=tuple(_statements(random)),
    )


def _joined_on(random: Random) -> date | None:
    kind = random.randrange(10)
    if kind == 0:
        return None
    if kind < 4:
        return FIRST - timedelta(days=random.randrange(200))
    if kind < 6:
        return random.choice([date(2024, 6, 3), date(2024, 6, 9), date(2024, 6, 10), FIRST])
    return random.choice(DAYS)


def _statements(random: Random) -> Iterator[Statement]:
    for fact, values in (("score", ["4.19", "4.2", "4.5"]), ("signed_up", ["0", "1", "1"])):
        for number in range(random.choice([0, 1, 1, 2, 3])):
            first = random.choice(DAYS[::5])
            # Sundays that are decided, and their Mondays, are among the ends
            ends = [date(2024, 6, 9), date(2024, 6, 10), first + timedelta(random.randrange(60))]
            end = random.choice([None, *(each for each in ends if each > first)])
            # some were recorded long after the days that they speak of
            at = datetime(2024, 3, 1, number, tzinfo=SHANGHAI) + timedelta(random.randrange(200))
            yield Statement(fact, Decimal(random.choice(values)), first, end, at)


def exports(random: Random, merchant: Merchant, names: list[str]) -> Iterator[File]:
    """The files of a merchant, one of each source that it sends."""
    ads = random.choice(["juguang__accounts", "juguang__accounts", "juguang__campaigns"])
    orders = list(_orders(random, merchant))
    makers: dict[str, Callable[[], list[FileRow]]] = {
        "qianfan__orders": lambda: [*orders],
        "qianfan__aftersales": lambda: list(_aftersales(random, orders)),
        ads: lambda: list(_ads(random)),
        "qianfan__live_sessions": lambda: list(_broadcasts(random)),
        "seedbed__incentive_grants": lambda: list(_grants(random, names)),
    }
    is_silent = random.random() < 0.05
    for source, make in makers.items():
        if not is_silent and (runs := _runs(random)):
            rows = tuple(row for row in make() if _is_told(random, row, runs))
            yield File(merchant.merchant_id, source, f"{source}-1", EXPORTED, runs, rows)


def _is_told(random: Random, row: FileRow, runs: Runs) -> bool:
    """Few rows are of days that no run speaks for."""
    return any(first <= row.day <= last for first, last in runs) or random.random() < 0.1


def _runs(random: Random) -> Runs:
    """The days that a source speaks for: all, from some day on, to some day, with gaps, none."""
    kind = random.randrange(20)
    if kind < 13:
        return ((FIRST, LAST),)
    if kind == 13:
        return ()
    if kind == 14:
        return ((random.choice(DAYS), LAST),)
    if kind == 15:
        return ((FIRST, random.choice(DAYS[60:])),)
    longest = random.choice([1, 1, 3, 15])
    return tuple(_with_gaps(random, gaps=random.randrange(1, 5), longest=longest))


def _with_gaps(random: Random, gaps: int, longest: int) -> Iterator[tuple[date, date]]:
    start = FIRST
    for gap in sorted(random.sample(DAYS[1:-20], gaps)):
        if start < gap:
            yield start, gap - ONE_DAY
            start = gap + timedelta(days=random.randrange(1, longest + 1))
    yield start, LAST


def _active_days(random: Random, share: float) -> list[date]:
    """Some of the days; of some merchants none before June, so that baselines are zero."""
    first = random.choice([FIRST, FIRST, FIRST, date(2024, 6, 1), date(2024, 6, 5)])
    return [day for day in DAYS if day >= first and random.random() < share]


def _orders(random: Random, merchant: Merchant) -> Iterator[OrderRow]:
    customers = [f"c{n}" for n in range(random.choice([1, 4, 30]))]
    is_early = random.random() < 0.1
    for day in _active_days(random, random.choice([0, 0.03, 0.15, 0.5])):
        if merchant.joined_on and day < merchant.joined_on and not is_early:
            continue
        for number in range(random.choice([1, 1, 2])):
            yield OrderRow(
                f"o{day}-{number}",
                day,
                Decimal(random.choice(AMOUNTS)),
                random.choice([*customers, None]),
                random.choice(["已完成"] * 9 + [CANCELLED]),
                random.choice(["00:00:00", "12:00:00", "23:59:59"]),
            )


def _aftersales(random: Random, orders: list[OrderRow]) -> Iterator[AftersaleRow]:
    for order in orders:
        if random.random() < 0.1:
            day = min(LAST, order.day + timedelta(days=random.randrange(10)))
            amount = order.amount * random.choice([0, 1, 1, 2])
            yield AftersaleRow(f"r{order.key}", day, order.key, amount, random.random() < 0.7)


def _ads(random: Random) -> Iterator[AdRow]:
    spends = random.choice([["0"], ["0", "5", "10"], ["10", "20", "50", "33.33"]])
    for day in _active_days(random, random.choice([0.04, 0.3, 0.9])):
        seen, clicked = random.choice([0, 100, 250]), random.choice([0, 1, 5, 10])
        yield AdRow(str(day), day, Decimal(random.choice(spends)), seen, clicked)


def _broadcasts(random: Random) -> Iterator[LiveRow]:
    for day in random.choice([_regular, _dormant, _dormant])(random):
        for number in range(random.choice([1, 1, 2])):
            shop, time = random.choice(["s1", "s2"]), f"{8 + 6 * number:02}:00:00"
            yield LiveRow(
                f"{shop} {day} {time}",
                day,
                shop,
                time,
                Decimal(random.choice(MINUTES)),
                Decimal(random.choice(["0", "25", "50", "100"])),
                random.choice([0, 250, 500]),
            )


def _regular(random: Random) -> list[date]:
    return _active_days(random, random.choice([0, 0.05, 0.3]))


def _dormant(random: Random) -> Iterator[date]:
    """Pauses that are as long as a lookback, a day shorter or a day longer."""
    day = random.choice(DAYS[:60])
    while day <= LAST:
        yield day
        day += timedelta(days=random.choice([13, 14, 15, 19, 20, 21, 29, 30, 31]))


def _grants(random: Random, names: list[str]) -> Iterator[GrantRow]:
    for number in range(random.choice([0, 0, 2, 10])):
        quantity = Decimal(random.choice(["10", "30", "60", "100", "800", "60000"]))
        unit = random.choice(list(UNITS))
        yield GrantRow(f"g{number}", random.choice(DAYS), random.choice(names), unit, quantity)
