"""What becomes of each digest of a week at a moment: it goes, as this or that, or it waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from orchestration.delivery.ledger import told_merchants
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
from orchestration.periods import Week
from orchestration.register import Recipient, Register
from orchestration.state.endings import endings_of, rulings_of
from orchestration.state.pauses import paused
from orchestration.state.week_models import Ending, Pause, Ruling


@dataclass(frozen=True)
class Plan:
    """One digest, its readers, and what becomes of it.

    Nothing is sent to readers who are `paused`; they are none of `readers`. `ending` is how its
    week ended already, if somebody was told of it.
    """

    digest: RenderedDigest
    readers: tuple[Recipient, ...]
    fate: Going | Waiting
    ending: Ending | None
    paused: tuple[tuple[Recipient, Pause], ...] = ()


def recipients_of(register: Register, digest: RenderedDigest) -> Sequence[Recipient]:
    """Who reads this digest: the merchant's own recipients, or the team's."""
    if not digest.content.merchant_id:
        return register.team.recipients
    merchant = register.get(digest.content.merchant_id)
    return merchant.recipients if merchant else ()


def readers_of(register: Register, digest: RenderedDigest) -> tuple[Recipient, ...]:
    """Those of them who asked for this kind of digest."""
    asked = recipients_of(register, digest)
    return tuple(one for one in dict.fromkeys(asked) if one.digest == digest.content.kind)


def plan_week(
    workspace: Workspace,
    week: Week,
    digests: Sequence[RenderedDigest],
    moment: datetime,
    *,
    anyway: bool = False,
) -> list[Plan]:
    """Plan each digest. What a person sends `anyway` waits for nothing but another's hold."""
    return list(_plans(workspace, week, digests, moment, anyway=anyway))


def window_of(workspace: Workspace, week: Week) -> Window:
    """When the digests of a week leave from this home."""
    settings = workspace.settings.delivery
    return Window.of(week, settings.opens_hours, settings.cut_off_hours)


def _plans(
    workspace: Workspace,
    week: Week,
    digests: Sequence[RenderedDigest],
    moment: datetime,
    *,
    anyway: bool,
) -> Iterator[Plan]:
    store, register, window = workspace.store, workspace.register(), window_of(workspace, week)
    sendable = load_rulebook(workspace.home.rulebook).sendable
    rulings, endings = rulings_of(store, week.monday), endings_of(store, week.monday)
    told = told_merchants(store, week.monday)
    pauses = paused(store)
    for digest in digests:
        owner, asked = digest.content.merchant_id, readers_of(register, digest)
        out = tuple((one, pauses[one.key]) for one in asked if one.key in pauses)
        readers = tuple(one for one in asked if one.key not in pauses)
        # An ending that no reader has heard of is none: it is decided anew.
        ended = endings.get(owner) if owner in told else None
        if ended is not None:
            yield Plan(digest, readers, _as_before(ended), ended, out)
            continue
        if not readers:
            why = "All its readers are paused." if out else "It has no reader."
            yield Plan(digest, readers, Going("suppressed", why), None, out)
            continue
        fate = decide(digest.content, sendable, _ruled(rulings.get(owner)), window, moment)
        if anyway and isinstance(fate, Waiting) and not fate.held:
            fate = Going("released", "`seedbed digest send --anyway`")
        yield Plan(digest, readers, fate, None, out)


def _ruled(row: Ruling | None) -> Ruled | None:
    return row and Ruled(row.ruling, row.reason, row.told_by)


def _as_before(ended: Ending) -> Going:
    """Readers who come later are told in the form of the first ones."""
    return Going(cast(EndingCode, ended.ending), ended.detail)
