"""A closed week that has changed too much to go out unseen: its merchant's digest is held.

Tables of all merchants are one build and are published together; what is kept is the digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby

from orchestration.delivery.ledger import told_merchants
from orchestration.flow.digests.waiting import HOLD
from orchestration.flow.workspace import Workspace
from orchestration.periods import Week, last_closed_week
from orchestration.sections import PublishSettings
from orchestration.settings import now
from orchestration.state.endings import rule, rulings_of
from orchestration.warehouse.difference import ChangedWeek, Difference, difference_to_published

# Who holds, where no person does.
SEEDBED = "seedbed"
# What the newest build that differs says otherwise than the one before it, for the page.
DIFFERENCE = "published_difference"
# The rest is in the metadata of the published asset.
_WEEKS_NAMED = 3
# As many as the page shows, and some more.
_WEEKS_KEPT = 200


def compare_and_hold(workspace: Workspace) -> tuple[Difference, list[str]]:
    """Compare the built marts with the published ones, before they are, and hold surprised digests.

    Gives the difference, and a sentence per merchant held, with the command that releases it.
    """
    settings = workspace.settings
    found = difference_to_published(workspace.home, settings.duckdb)
    # The runs of the hours after find nothing new, and the page still tells what the first one did.
    if found.rows or found.weeks:
        workspace.store.remember(DIFFERENCE, _kept(found))
    if not settings.publish.hold_surprises:
        return found, []
    return found, _hold(workspace, surprises(found.weeks, settings.publish))


def _kept(found: Difference) -> str:
    """As JSON: when it was found, rows by mart, orders and GMV of each changed week."""
    weeks = [
        (
            one.merchant_id,
            Week(one.week).iso,
            f"{one.orders_before:,}, {one.gmv_before:,}",
            f"{one.orders_now:,}, {one.gmv_now:,}",
        )
        for one in found.weeks[:_WEEKS_KEPT]
    ]
    kept = {"at": now().isoformat(), "rows": found.rows, "weeks": weeks}
    return json.dumps(kept, ensure_ascii=False)


def surprises(weeks: Iterable[ChangedWeek], limits: PublishSettings) -> list[ChangedWeek]:
    """Weeks of which too much of the GMV has changed, or too many orders are gone. Pure."""
    return [
        week
        for week in weeks
        if week.share > limits.surprising_share or week.orders_lost > limits.surprising_orders_lost
    ]


def _hold(workspace: Workspace, surprising: list[ChangedWeek]) -> list[str]:
    week = last_closed_week(now())
    rulings = rulings_of(workspace.store, week.monday)
    # Who was told is corrected by a person, with `digest reissue`.
    told = told_merchants(workspace.store, week.monday)
    register = workspace.register()
    sentences = []
    for merchant_id, changed in groupby(surprising, key=lambda one: one.merchant_id):
        ruled = rulings.get(merchant_id)
        if register.get(merchant_id) is None or merchant_id in told:
            continue
        if ruled is None or ruled.ruling != HOLD:
            reason = _reason(list(changed))
            _rule(workspace, merchant_id, week, reason)
            sentences.append(_sentence(merchant_id, week, reason))
    return sentences


def still_held(workspace: Workspace) -> dict[str, str]:
    """A sentence per merchant whose digest of the last closed week is held, whoever holds it."""
    week = last_closed_week(now())
    told = told_merchants(workspace.store, week.monday)
    return {
        merchant_id: _sentence(merchant_id, week, ruled.reason)
        for merchant_id, ruled in sorted(rulings_of(workspace.store, week.monday).items())
        if ruled.ruling == HOLD and merchant_id not in told
    }


def _sentence(merchant_id: str, week: Week, reason: str) -> str:
    return (
        f"{merchant_id} is held: {reason.rstrip('.')}. Look at it, then "
        f"`seedbed digest release {merchant_id} --week {week.key} --reason …`"
    )


def _rule(workspace: Workspace, merchant_id: str, week: Week, reason: str) -> None:
    store = workspace.store
    rule(store, merchant_id, week.monday, HOLD, reason=reason, told_by=SEEDBED, moment=now())


def _reason(weeks: list[ChangedWeek]) -> str:
    """Such as `2024-W36 had GMV 100.00 in 5 orders, and has 80.00 in 4.`"""
    named = "; ".join(
        f"{Week(one.week).iso} had GMV {one.gmv_before} in {one.orders_before} orders, and has "
        f"{one.gmv_now} in {one.orders_now}"
        for one in weeks[:_WEEKS_NAMED]
    )
    more = f"; and {len(weeks) - _WEEKS_NAMED} more weeks" if len(weeks) > _WEEKS_NAMED else ""
    return f"{named}{more}."
