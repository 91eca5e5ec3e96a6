"""Values of the data team's digest alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from orchestration.digest.values import Frozen


class Deliveries(Frozen):
    """How the digests of a week (its Monday) reached their readers.

    Readers of the newest revision each: `sent`, `failed`, and `ambiguous`, of whom nobody knows.
    `withheld` are digests whose figures were not told, `paused` readers who get nothing now.
    """

    week: date
    sent: int
    failed: int
    ambiguous: int
    withheld: int
    paused: int


class AsComposed(Frozen):
    """What stood so when the digest was composed, and may differ an hour later.

    It is told but makes no new revision: the hash of a content leaves it out. `drifted` are
    headers that no layout knows, `unclaimed` files of nobody, `deliveries` those of the week
    before. `ui_url` is where the team reaches Dagster, empty where nobody has said so.
    """

    drifted: int
    unclaimed: int
    deliveries: Deliveries | None = None
    ui_url: str = ""


class MerchantCohort(Frozen):
    """Merchants by the month they joined: of how many the month is known, how many sold in it."""

    joined_month: date
    merchants: int
    known: int
    active: int | None


class Segment(Frozen):
    """An industry ('' for all) in the month; the change is on the same month a year before."""

    name: str
    currency: str
    active: int
    gmv: Decimal | None
    gmv_change: Decimal | None
    is_complete: bool
    is_base_complete: bool


class Growth(Frozen):
    """All merchants in the newest whole month, by when they joined and by industry."""

    month: date
    cohorts: tuple[MerchantCohort, ...] = ()
    segments: tuple[Segment, ...] = ()
