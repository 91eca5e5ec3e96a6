"""What becomes of each digest of a week at a moment: it goes, as this or that, or it waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from orchestration.delivery.ledger import told_merchants
from orchestration.delivery.pacing import Quiet
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.waiting import (
    EndingCode,
    Going,
    Ruled,
    Waiting,
    Window,
    decide,
)
from orchestration.flow.workspace import Workspace
from orchestration.incentives.rulebook import load_rulebook
from orchestration.incentives.sendable import Sendable
from orchestration.periods import Week
from orchestration.register import Recipient, Register
from orchestration.state.endings import endings_of, rulings_of
from orchestration.state.pauses import paused
from orchestration.state.reader_models import Unsubscription
from orchestration.state.readers import unsubscribed
from orchestration.state.store import Store
from orchestration.state.week_models import Ending, Pause, Ruling


@dataclass(frozen=True)
class Plan:
    """One digest, its readers, and what becomes of it.

    Nothing is sent to readers who are `paused` or have unsubscribed; they are none of `readers`.
    `ending` is how its week ended already, if somebody was told of it.
    """

    digest: RenderedDigest
    readers: tuple[Recipient, ...]
    fate: Going | Waiting
    ending: Ending | None
    paused: tuple[tuple[Recipient, Pause | Unsubscription], ...] = ()


def readers_of(register: Register, digest: RenderedDigest) -> tuple[Recipient, ...]:
    """Who reads this digest: those of the merchant, or of the team, who asked for its kind."""
    content = digest.content
    merchant = register.get(content.merchant_id)
    asked = register.team.recipients if content.kind != "merchant" else ()
    asked = merchant.recipients if merchant else asked
    return tuple(one for one in dict.fromkeys(asked) if one.digest == content.kind)


@dataclass(frozen=True)
class Known:
    """All that decides about the digests of a week beside what they say."""

    sendable: Sendable
    window: Window
    rulings: Mapping[str, Ruling]
    endings: Mapping[str, Ending]
    told: Collection[str]
    pauses: Mapping[str, Pause]
    unsubscribed: Mapping[tuple[str, str], Unsubscription]

    def silence_of(self, owner: str, reader: str) -> Pause | Unsubscription | None:
        """Why nothing of a merchant ('' for the team) is sent to a reader; None if it is."""
        return self.unsubscribed.get((owner, reader)) or self.pauses.get(reader)


def known(store: Store, week: Week, sendable: Sendable, window: Window) -> Known:
    """What the state knows of a week at this moment."""
    return Known(
        sendable=sendable,
        window=window,
        rulings=rulings_of(store, week.monday),
        endings=endings_of(store, week.monday),
        told=told_merchants(store, week.monday),
        pauses=paused(store),
        unsubscribed=unsubscribed(store),
    )


def plan_week(
    workspace: Workspace,
    week: Week,
    digests: Sequence[RenderedDigest],
    moment: datetime,
    *,
    anyway: bool = False,
) -> list[Plan]:
    """Plan each digest. What a person sends `anyway` waits for nothing but another's hold."""
    register = workspace.register()
    sendable = load_rulebook(workspace.home.rulebook).sendable
    facts = known(workspace.store, week, sendable, window_of(workspace, week))
    return [
        plan(
            digest,
            readers_of(register, digest),
            facts,
            moment,
            anyway=anyway,
            quiet_until=_quiet_until(workspace, register, digest, moment),
        )
        for digest in digests
    ]


def _quiet_until(
    workspace: Workspace, register: Register, digest: RenderedDigest, moment: datetime
) -> datetime | None:
    """When a merchant's night is over; the team has none."""
    merchant = register.get(digest.content.merchant_id)
    if merchant is None:
        return None
    return _quiet(workspace).ends(moment, ZoneInfo(merchant.timezone))


def _quiet(workspace: Workspace) -> Quiet:
    settings = workspace.settings.delivery
    return Quiet(settings.quiet_from_hour, settings.quiet_until_hour)


def latest_moment(
    workspace: Workspace, register: Register, digest: RenderedDigest, moment: datetime
) -> datetime:
    """Until when a digest that goes may be put off: its window ends, or a merchant's night begins.

    It has passed where the window is over, and is this moment for whom a person wakes.
    """
    closes = window_of(workspace, Week(digest.content.week)).closes
    merchant = register.get(digest.content.merchant_id)
    night = merchant and _quiet(workspace).begins(moment, ZoneInfo(merchant.timezone))
    return min(closes, night) if night else closes


def window_of(workspace: Workspace, week: Week) -> Window:
    """When the digests of a week leave from this home."""
    settings = workspace.settings.delivery
    return Window.of(week, settings.opens_hours, settings.cut_off_hours)


def plan(
    digest: RenderedDigest,
    asked: Sequence[Recipient],
    facts: Known,
    moment: datetime,
    *,
    anyway: bool = False,
    quiet_until: datetime | None = None,
) -> Plan:
    """What becomes of one digest; in its reader's night it waits until that is over. Pure."""
    owner = digest.content.merchant_id
    silences = {one: facts.silence_of(owner, one.key) for one in asked}
    out = tuple((one, why) for one, why in silences.items() if why)
    readers = tuple(one for one, why in silences.items() if not why)
    # An ending that no reader has heard of is none: it is decided anew.
    ended = facts.endings.get(owner) if owner in facts.told else None
    night = Waiting(owner, quiet_until) if quiet_until and not anyway else None
    if ended is not None:
        return Plan(digest, readers, night or _as_before(ended), ended, out)
    if not readers:
        why = "All its readers are paused or have unsubscribed." if out else "It has no reader."
        return Plan(digest, readers, Going("suppressed", why), None, out)
    ruled = _ruled(facts.rulings.get(owner))
    fate = decide(digest.content, facts.sendable, ruled, facts.window, moment)
    if anyway and isinstance(fate, Waiting) and not fate.held:
        fate = Going("released", "`seedbed digest send --anyway`")
    if night and isinstance(fate, Going):
        fate = night
    return Plan(digest, readers, fate, None, out)


def _ruled(row: Ruling | None) -> Ruled | None:
    return row and Ruled(row.ruling, row.reason, row.told_by)


def _as_before(ended: Ending) -> Going:
    """Readers who come later are told in the form of the first ones."""
    return Going(cast(EndingCode, ended.ending), ended.detail)
