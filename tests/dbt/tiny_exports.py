"""The exports of a world small enough to work out by hand, and its merchants.

m1 sends three exports: the second restates order B, and leaves Thursday to Sunday of its week
uncovered, though order E of that Thursday is known; a fourth export was withdrawn.
m2 sends two exports two days apart, in another currency; m3 is registered and sends nothing.
m4, of whom the register expects nothing, sends three exports with a day between them; that of the
first day between was withdrawn. Order P is whole in the first and has a rejected line in the
second, order Q the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# order, customer, pay time (UTC), amounts of its lines, status
Line = tuple[str, str | None, str, tuple[str, ...], str]


@dataclass(frozen=True)
class Export:
    """An export file: its days (both ends included), its time in UTC, its orders."""

    merchant_id: str
    sha256: str
    first: str
    last: str
    exported_at: str
    orders: Sequence[Line]
    status: str = "loaded"
    # order and business day of its rejected lines
    rejected: Sequence[tuple[str, str]] = ()


DONE, CANCELLED = "已完成", "已取消"
EXPORTS = (
    Export(
        "m1",
        "aa",
        "2024-05-27",
        "2024-06-02",
        "2024-06-03 01:30",
        [
            ("A", "c1", "2024-05-27 02:00", ("10.00", "5.00"), DONE),
            ("B", "c2", "2024-05-28 02:00", ("20.00",), DONE),
            # half past midnight on 1 June in Shanghai
            ("C", None, "2024-05-31 16:30", ("8.00",), DONE),
        ],
    ),
    Export(
        "m1",
        "bb",
        "2024-06-03",
        "2024-06-05",
        "2024-06-06 01:30",
        [
            ("B", "c2", "2024-05-28 02:00", ("18.00",), DONE),
            ("D", "c1", "2024-06-03 02:00", ("30.00",), DONE),
            ("E", "c3", "2024-06-05 17:00", ("99.00",), DONE),
        ],
    ),
    Export(
        "m1",
        "cc",
        "2024-06-10",
        "2024-06-16",
        "2024-06-17 01:30",
        [
            ("F", "c3", "2024-06-10 02:00", ("12.00",), DONE),
            ("G", "c2", "2024-06-12 02:00", ("7.50",), CANCELLED),
        ],
    ),
    Export(
        "m1",
        "dd",
        "2024-06-06",
        "2024-06-09",
        "2024-06-18 01:30",
        [("H", "c9", "2024-06-07 02:00", ("1000.00",), DONE)],
        status="withdrawn",
    ),
    Export("m2", "ee", "2024-06-10", "2024-06-11", "2024-06-12 01:30", []),
    Export(
        "m2",
        "ff",
        "2024-06-14",
        "2024-06-16",
        "2024-06-17 01:30",
        [("A", "c1", "2024-06-14 02:00", ("0.00",), DONE)],
    ),
    Export(
        "m4",
        "gg",
        "2024-06-10",
        "2024-06-11",
        "2024-06-12 01:30",
        [("P", "c1", "2024-06-10 02:00", ("10.00", "4.00"), DONE)],
        rejected=[("Q", "2024-06-11")],
    ),
    Export(
        "m4",
        "hh",
        "2024-06-13",
        "2024-06-14",
        "2024-06-15 01:30",
        [
            ("P", "c1", "2024-06-10 02:00", ("9.00",), DONE),
            ("Q", "c2", "2024-06-11 02:00", ("3.00",), DONE),
        ],
        rejected=[("P", "2024-06-10")],
    ),
    Export("m4", "ii", "2024-06-16", "2024-06-16", "2024-06-17 01:30", []),
    Export(
        "m4",
        "jj",
        "2024-06-12",
        "2024-06-12",
        "2024-06-13 01:30",
        [("R", "c1", "2024-06-12 02:00", ("1000.00",), DONE)],
        status="withdrawn",
    ),
)
NEW_YEAR = date(2024, 1, 1)
JOINED = {"m1": date(2024, 5, 27), "m2": NEW_YEAR, "m3": NEW_YEAR, "m4": NEW_YEAR}
CURRENCY = {"m1": "CNY", "m2": "HKD", "m3": "CNY", "m4": "CNY"}
EXPECTED = ("m1", "m2", "m3")
