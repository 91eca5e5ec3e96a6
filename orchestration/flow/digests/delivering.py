"""Step 7: bring the composed digests of a week to their readers, each part once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from orchestration.delivery.archive import read_digest
from orchestration.delivery.channel import Channel
from orchestration.delivery.channels import configured, outbox_only
from orchestration.delivery.deliver import Outcome, deliver
from orchestration.delivery.issued import write_issued
from orchestration.delivery.ledger import OUTBOX, deliveries_of
from orchestration.delivery.links import Links, links_of
from orchestration.delivery.pacing import Letter, Pace, on_time, paces, planned
from orchestration.digest.notice import render_notice
from orchestration.digest.render import RenderedDigest
from orchestration.flow.digests.archive import composed_digests, latest_digests
from orchestration.flow.digests.planning import Plan, latest_moment, plan_week, readers_of
from orchestration.flow.digests.previewed import changed_since
from orchestration.flow.digests.sender import refuse_a_copy
from orchestration.flow.digests.waiting import Going, Waiting
from orchestration.flow.workspace import Notify, Workspace
from orchestration.periods import BUSINESS_ZONE, Week
from orchestration.register import Recipient
from orchestration.sections import DeliverySettings
from orchestration.settings import now
from orchestration.state.endings import end_week
from orchestration.state.store import Store
from orchestration.state.week_models import Ending

# Whoever waits longer at a terminal asks whether something hangs.
_A_WHILE = timedelta(minutes=1)


@dataclass(frozen=True)
class Delivered:
    """What became of a week's digests: one outcome per recipient, and those that wait."""

    outcomes: tuple[Outcome, ...]
    waiting: tuple[Waiting, ...] = ()


def fill_outbox(workspace: Workspace, week: Week) -> Delivered:
    """Put the newest revision of every digest of the week into the outbox."""
    home, register = workspace.home, workspace.register()
    outcomes: list[Outcome] = []
    for digest in latest_digests(workspace, week):
        issue = partial(write_issued, home, digest, now())
        readers = readers_of(register, digest)
        outcomes += deliver(
            digest,
            readers,
            outbox_only(home),
            workspace.store,
            now,
            before_send=issue,
            links=links_of(home, workspace.settings.serve),
        )
    return Delivered(tuple(outcomes))


def send_week(
    workspace: Workspace,
    week: Week,
    *,
    merchant_id: str | None = None,
    anyway: bool = False,
    is_by_hand: bool = False,
    tell: Notify = lambda _: None,
) -> Delivered:
    """Send the newest revision of every digest of the week by the channels of this home.

    Nothing leaves before the window opens. A merchant's digest goes at the first moment at which
    it is sendable, at the cut-off as it is or as a notice; see `waiting.decide`. Who was told a
    revision of the week is not told another. What a medium has no channel for goes to the outbox.

    Args:
        workspace: the home.
        week: a week that is composed.
        merchant_id: only this merchant's; None for everybody's and the team's.
        anyway: wait for nothing but a person's hold.
        is_by_hand: keep what says otherwise than what a person has previewed.
        tell: is told when the last message leaves, where that takes a while.

    Raises:
        HomeError: this is a copy of a home that has sent before, or nothing is composed.
    """
    refuse_a_copy(workspace)
    digests = composed_digests(workspace, week, merchant_id)
    plans = plan_week(workspace, week, digests, now(), anyway=anyway)
    kept: list[Waiting] = []
    going: list[tuple[Plan, Going]] = []
    for plan in plans:
        fate = plan.fate
        if is_by_hand and not anyway:
            fate = _as_previewed(workspace, plan)
        if isinstance(fate, Waiting):
            kept.append(fate)
        else:
            # One reader after the other, so that one of many waits for nobody of another.
            alone = [replace(plan, readers=(one,)) for one in plan.readers] or [plan]
            going += [(one, fate) for one in alone]
    return Delivered(tuple(_sent_at_pace(workspace, going, tell)), tuple(kept))


def _sent_at_pace(
    workspace: Workspace, going: Sequence[tuple[Plan, Going]], tell: Notify
) -> Iterator[Outcome]:
    settings, register, moment = workspace.settings.delivery, workspace.register(), now()
    channel_of = configured(workspace.home, settings)
    pace_of: dict[str, Pace] = {}
    letters = []
    for plan, going_as in going:
        reader = next(iter(plan.readers), None)
        name = channel_of(reader).name if reader else ""
        # An ending that nobody is told of, files, and a look at who was told are in nobody's way.
        if reader is None or name == OUTBOX or _is_told(workspace.store, plan, reader, name):
            letters.append(Letter("", ""))
            continue
        # Each workspace has limits of its own.
        way = f"{name} {reader.token_env}" if reader.token_env else name
        pace_of[way] = _pace_of(name, settings)
        latest = latest_moment(workspace, register, plan.digest, moment)
        within, messages = (latest - moment).total_seconds(), _messages(plan, going_as, reader)
        letters.append(Letter(way, reader.address, within, messages))
    slots = planned(letters, pace_of)
    takes = timedelta(seconds=max((slot.at for slot in slots), default=0))
    if takes >= _A_WHILE:
        ends = (moment + takes).astimezone(BUSINESS_ZONE)
        tell(f"Sending at the pace of each way: the last leaves about {ends:%A %H:%M} in Shanghai.")
    for slot in on_time(slots, time.monotonic, time.sleep):
        yield from _go(workspace, channel_of, *going[slot.place])


def _messages(plan: Plan, going: Going, reader: Recipient) -> int:
    """In Slack a digest is followed by its reply at once; a notice by nothing."""
    has_reply = reader.channel == "slack" and plan.digest.slack_thread and not going.notice
    return 2 if has_reply else 1


def _is_told(store: Store, plan: Plan, reader: Recipient, channel_name: str) -> bool:
    content = plan.digest.content
    rows = deliveries_of(
        store, content.kind, content.merchant_id, content.week, channel_name, reader.key
    )
    return any(row.status == "sent" for row in rows)


def _pace_of(channel_name: str, settings: DeliverySettings) -> Pace:
    email = Pace(seconds=60 / settings.email.per_minute)
    pace = email if channel_name == "email" else paces().get(channel_name, Pace())
    return replace(pace, spread_seconds=60 * settings.spread_minutes)


def _as_previewed(workspace: Workspace, plan: Plan) -> Going | Waiting:
    if isinstance(plan.fate, Waiting) or plan.ending is not None:
        return plan.fate
    changed = changed_since(workspace, plan.digest)
    owner = plan.digest.content.merchant_id
    return Waiting(owner, now(), changed=changed) if changed else plan.fate


def _go(
    workspace: Workspace, channel_of: Callable[[Recipient], Channel], plan: Plan, going: Going
) -> list[Outcome]:
    """What goes out is what was composed and can be previewed.

    Its figures are kept as issued before anything leaves, and only then: a figure that somebody
    was told is never unknown to us, and one that nobody was told is never among them.
    """
    home, content = workspace.home, plan.digest.content
    return tell(
        plan,
        going,
        channel_of,
        workspace.store,
        now,
        earlier=partial(read_digest, home, Week(content.week), content.merchant_id),
        before_send=lambda: None if going.notice else write_issued(home, plan.digest, now()),
        links=links_of(home, workspace.settings.serve),
    )


def tell(
    plan: Plan,
    going: Going,
    channel_of: Callable[[Recipient], Channel],
    store: Store,
    clock: Callable[[], datetime],
    *,
    earlier: Callable[[int], RenderedDigest],
    before_send: Callable[[], object],
    links: Links | None = None,
) -> list[Outcome]:
    """Tell every reader, in the form that the ending says; it is written down before any is."""
    if plan.ending is None:
        end_week(store, _ending(plan, going, clock()))
    return deliver(
        _form(plan.digest, going),
        plan.readers,
        channel_of,
        store,
        clock,
        earlier=earlier,
        before_send=before_send,
        links=links,
    )


def _form(digest: RenderedDigest, going: Going) -> RenderedDigest:
    if going.notice is None:
        return digest
    return render_notice(digest.content, going.notice, digest.build_id, digest.revision)


def _ending(plan: Plan, going: Going, moment: datetime) -> Ending:
    content = plan.digest.content
    return Ending(
        kind=content.kind,
        merchant_id=content.merchant_id,
        week=content.week,
        ending=going.ending,
        detail=going.detail,
        ended_at=moment,
    )
