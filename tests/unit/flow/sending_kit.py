"""A home whose digests are composed by hand, so that sending is tried without building a week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.delivery.revisions import Revision, record_revision
from orchestration.digest.compose_merchant import MerchantRows, compose_merchant
from orchestration.digest.content import DigestContent
from orchestration.flow.digests.delivering import send_week
from orchestration.flow.digests.reissuing import Reissued, reissue
from orchestration.flow.digests.status import Standing, of_delivered, status_of
from orchestration.flow.workspace import Workspace, open_workspace
from orchestration.home import Home
from orchestration.periods import Week
from orchestration.register import Merchant, read_register
from orchestration.settings import now
from tests.made_homes import new_home
from tests.slack_peer import TOKEN, Room, SlackPeer

WEEK = Week(date(2024, 9, 9))
MONDAY = "2024-09-16T09:30:00+08:00"
EARLY = "2024-09-16T08:59:59+08:00"
LATER = "2024-09-16T14:00:00+08:00"
CUT_OFF = "2024-09-17T18:00:00+08:00"
BEFORE_CUT_OFF = "2024-09-17T17:59:59+08:00"


def entry(merchant_id: str, *readers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "merchant_id": merchant_id,
        "name": {"zh": "云朵家居", "en": f"Example {merchant_id}"},
        "locale": "en",
        "joined_on": date(2024, 3, 1),
        "shops": [{"shop_id": f"s-{merchant_id}"}],
        "recipients": [dict(one) for one in readers],
        **changes,
    }


def by_slack(room: str, **changes: str) -> dict[str, str]:
    return {"channel": "slack", "address": room, "digest": "merchant", **changes}


def make_home(root: Path, *entries: dict[str, Any]) -> Home:
    home = Home(root)
    new_home(home)
    register(home, *entries)
    return home


def register(home: Home, *entries: dict[str, Any], **others: Any) -> None:
    text = yaml.safe_dump({"merchants": list(entries), **others}, allow_unicode=True)
    home.register_file.write_text(text, encoding="utf-8")


def content(
    merchant: Merchant, *, missing: Sequence[int] = (), gmv: str = "100.00"
) -> DigestContent:
    """A week of which some days are missing; its GMV is unknown when all are."""
    days = [WEEK.monday + timedelta(days=day) for day in missing]
    covered = 7 - len(days)
    fact = {
        "figure_id": f"{merchant.merchant_id}/{WEEK.iso}/week/gmv",
        "merchant_id": merchant.merchant_id,
        "week": WEEK.monday,
        "period": "week",
        "figure": "gmv",
        "period_start": WEEK.monday,
        "period_end": WEEK.as_of,
        "value": Decimal(gmv),
        "unit": "CNY",
        "comparison": None,
        "base_period_start": None,
        "base_value": None,
        "change": None,
        "like_for_like_change": None,
        "days_covered": covered,
        "days_in_period": 7,
        "is_known": covered > 0,
        "is_complete": covered == 7,
        "is_history_complete": True,
        "has_base": False,
    }
    source = {
        "merchant_id": merchant.merchant_id,
        "week": WEEK.monday,
        "source": "qianfan__orders",
        "days_covered": covered,
        "missing_days": ", ".join(map(str, days)) or None,
        "bridged_days": None,
        "latest_effective_at": datetime(2024, 9, 16, 1, tzinfo=UTC) if covered else None,
        "file_count": 1,
        "rows_loaded": 10,
        "rows_quarantined": 0,
        "rows_held": 0,
        "due_hours": 9,
        "is_required": True,
    }
    return compose_merchant(merchant, WEEK, MerchantRows(facts=[fact], sources=[source]))


def compose(workspace: Workspace, merchant_id: str, **said: Any) -> Revision:
    merchant = read_register(workspace.home.register_file).get(merchant_id)
    assert merchant is not None
    found = content(merchant, **said)
    return record_revision(workspace.home, workspace.store, found, "b1", now())


class Desk:
    """What a test does in a home: compose, move the clock, send, look."""

    def __init__(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self._monkeypatch = monkeypatch
        self.at(MONDAY)

    def at(self, moment: str) -> Desk:
        self._monkeypatch.setenv("SEEDBED_NOW", moment)
        return self

    def by(self, peer: SlackPeer) -> Desk:
        self._monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__TOKEN", TOKEN)
        self._monkeypatch.setenv("SEEDBED_DELIVERY__SLACK__API_URL", peer.url)
        return self

    def open(self) -> Any:
        return open_workspace(self.home)

    def compose(self, merchant_id: str, **said: Any) -> Revision:
        with self.open() as workspace:
            return compose(workspace, merchant_id, **said)

    def send(self, **how: Any) -> list[Standing]:
        with self.open() as workspace:
            return of_delivered(send_week(workspace, WEEK, **how))

    def status(self) -> list[Standing]:
        with self.open() as workspace:
            return status_of(workspace, WEEK)

    def states(self) -> dict[str, tuple[str, str]]:
        """State and ending, by reader."""
        return {one.recipient: (one.state, one.ending) for one in self.status()}


def correct(desk: Desk, *, confirm: bool = True, **said: Any) -> Reissued:
    merchant = read_register(desk.home.register_file).get("m001")
    assert merchant is not None
    with desk.open() as workspace:
        found = content(merchant, **said)
        return reissue(workspace, WEEK, found, "b2", "Late refunds.", confirm=confirm)


@contextmanager
def slack(*rooms: str) -> Iterator[SlackPeer]:
    with SlackPeer(rooms={name: Room() for name in rooms}) as peer:
        yield peer


def texts(peer: SlackPeer, room: str) -> list[str]:
    return [message["text"] for message in peer.digests(room)]
