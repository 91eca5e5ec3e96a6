"""A person's word about a merchant's week: hold it, or release it. Both are kept, with who and why.

Nothing is sent here: what was released goes with the next sending.
"""

from __future__ import annotations

import getpass
from dataclasses import asdict, dataclass

from orchestration.delivery.ledger import told_merchants
from orchestration.flow.digests.planning import window_of
from orchestration.flow.digests.waiting import HOLD
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.periods import BUSINESS_ZONE, Week
from orchestration.settings import now
from orchestration.state.endings import endings_of, rule


@dataclass(frozen=True)
class Told:
    """What was ruled, and what comes of it."""

    merchant_id: str
    week: str
    ruling: str
    reason: str
    told_by: str
    told_at: str
    sentence: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def rule_week(workspace: Workspace, merchant_id: str, week: Week, ruling: str, reason: str) -> Told:
    """Hold or release a merchant's digest of a week.

    Raises:
        HomeError: there is no such merchant, or its week has ended.
    """
    _refuse(workspace, merchant_id, week)
    row = rule(
        workspace.store,
        merchant_id,
        week.monday,
        ruling,
        reason=reason,
        told_by=who(),
        moment=now(),
    )
    return Told(
        merchant_id=merchant_id,
        week=week.iso,
        ruling=ruling,
        reason=reason,
        told_by=row.told_by,
        told_at=row.told_at.isoformat(),
        sentence=_what_comes(workspace, merchant_id, week, ruling),
    )


def _refuse(workspace: Workspace, merchant_id: str, week: Week) -> None:
    register = workspace.register()
    if register.get(merchant_id) is None:
        known = ", ".join(merchant.merchant_id for merchant in register.merchants)
        raise HomeError(f"No merchant {merchant_id} in merchants.yml; known are {known or 'none'}.")
    ended = endings_of(workspace.store, week.monday).get(merchant_id)
    if merchant_id in told_merchants(workspace.store, week.monday):
        how = ended.ending.replace("_", " ") if ended else "sent"
        raise HomeError(
            f"{week.iso} of {merchant_id} has ended ({how}), readers were told; "
            f"`seedbed digest reissue {merchant_id} --week {week.key}` corrects it."
        )


def _what_comes(workspace: Workspace, merchant_id: str, week: Week, ruling: str) -> str:
    if ruling != HOLD:
        return (
            f"{merchant_id} goes as it is with the next `seedbed digest send --week {week.key}`, "
            "or by itself where delivery.auto_send is on."
        )
    until = window_of(workspace, week).closes.astimezone(BUSINESS_ZONE)
    if until <= now():
        return (
            f"{merchant_id} is held, and its cut-off of {until:%A %Y-%m-%d %H:%M} is over: the "
            "next sending tells its readers that the figures are being checked."
        )
    return (
        f"{merchant_id} is held until somebody releases it; on {until:%A %Y-%m-%d %H:%M} its "
        "readers are told that the figures are being checked."
    )


def who() -> str:
    """Who says so, as the operating system knows them; a service need not have a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "somebody"
