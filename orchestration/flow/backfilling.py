"""The log of backfills: which weeks, by whom and why, and what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import func, select

from orchestration.flow.digests.ruling import who
from orchestration.flow.workspace import Workspace
from orchestration.periods import PeriodError, Week, last_closed_week
from orchestration.settings import now
from orchestration.state.models import Digest
from orchestration.state.week_models import Backfill

RUNNING, DONE, FAILED, CUT_OFF = "running", "done", "failed", "cut off"


@dataclass(frozen=True)
class Logged:
    """A backfill as it stands; times are ISO 8601 in UTC, `ended_at` is empty while it runs."""

    number: int
    first_week: str
    last_week: str
    reason: str
    told_by: str
    started_at: str
    ended_at: str
    result: str
    detail: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def check_range(workspace: Workspace, first: Week, last: Week) -> None:
    """See that these weeks can be decided in this home.

    Raises:
        PeriodError: they are the wrong way round, not over yet, or before the home's first week.
    """
    newest, begin = last_closed_week(now()), workspace.settings.schedule.first_week
    if first > last:
        raise PeriodError(f"{first.iso} comes after {last.iso}; name the earlier week first.")
    if last > newest:
        raise PeriodError(f"{last.iso} is not over yet; the last closed week is {newest.iso}.")
    if first.key < begin:
        raise PeriodError(
            f"{first.iso} lies before schedule.first_week ({begin}) of this home; lower that "
            "setting, or choose a later week."
        )


def begin(workspace: Workspace, first: Week, last: Week, reason: str) -> int:
    """Write down that a backfill begins; gives its number.

    One that is still called running was killed: two never run at once in a home.
    """
    with workspace.store.session() as session:
        for dead in session.scalars(select(Backfill).where(Backfill.result == RUNNING)):
            dead.result, dead.ended_at = CUT_OFF, now()
            dead.detail = "Its process was killed; the same command completes it."
        row = Backfill(
            first_week=first.monday,
            last_week=last.monday,
            reason=reason,
            told_by=who(),
            started_at=now(),
            result=RUNNING,
            detail="",
        )
        session.add(row)
        session.flush()
        return row.number


def end(workspace: Workspace, number: int, result: str, detail: str) -> Logged:
    """Write down what came of it."""
    with workspace.store.session() as session:
        row = session.get_one(Backfill, number)
        row.result, row.detail, row.ended_at = result, detail, now()
    return _logged(row)


def count_revisions(workspace: Workspace, first: Week, last: Week) -> int:
    """How many revisions of digests there are of these weeks."""
    query = select(func.count()).where(Digest.week.between(first.monday, last.monday))
    with workspace.store.session() as session:
        return session.scalar(query) or 0


def backfills(workspace: Workspace) -> list[Logged]:
    """Every backfill of this home, newest first."""
    query = select(Backfill).order_by(Backfill.number.desc())
    with workspace.store.session() as session:
        return [_logged(row) for row in session.scalars(query)]


def _logged(row: Backfill) -> Logged:
    return Logged(
        number=row.number,
        first_week=Week(row.first_week).iso,
        last_week=Week(row.last_week).iso,
        reason=row.reason,
        told_by=row.told_by,
        started_at=row.started_at.isoformat(),
        ended_at=row.ended_at.isoformat() if row.ended_at else "",
        result=row.result,
        detail=row.detail,
    )
