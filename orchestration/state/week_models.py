"""The tables of how a week ends: what persons ruled, and the one ending of each digest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from orchestration.state.models import Base


class Ruling(Base):
    """One row per word of a person about a merchant's week; the last one counts, all are kept.

    `ruling`: hold or release.
    """

    __tablename__ = "rulings"
    number: Mapped[int] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(64))
    week: Mapped[date]
    ruling: Mapped[str]
    reason: Mapped[str]
    told_by: Mapped[str]
    told_at: Mapped[datetime]


class Ending(Base):
    """One row per digest kind, merchant ('' for the team) and week: how the week ended.

    `ending`: sent, sent_with_gaps, notice, released or suppressed. It is written before the first
    reader is told, so that all of them are told the same. `detail`: what was missing, what the
    notice is about, or why somebody released it.
    """

    __tablename__ = "endings"
    kind: Mapped[str] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    ending: Mapped[str]
    detail: Mapped[str]
    ended_at: Mapped[datetime]


class Reissue(Base):
    """One row per correction that a person has ordered: its number, and what it corrects.

    `corrects` is the newest revision that anybody was told before.
    """

    __tablename__ = "reissues"
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    corrects: Mapped[int]
    reason: Mapped[str]
    told_by: Mapped[str]
    told_at: Mapped[datetime]


class Pause(Base):
    """One row per time that a recipient (`slack:C0123456`) was given up: nothing is sent to it.

    It lasts until somebody resumes it; `resumed_at` is empty as long as it does.
    """

    __tablename__ = "pauses"
    recipient: Mapped[str] = mapped_column(primary_key=True)
    paused_at: Mapped[datetime] = mapped_column(primary_key=True)
    reason: Mapped[str]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]


class Backfill(Base):
    """One row per backfill that somebody has begun: its weeks, why, and what came of it.

    `result`: running, done, failed, or cut off: its process was killed. `detail` says more.
    """

    __tablename__ = "backfills"
    number: Mapped[int] = mapped_column(primary_key=True)
    first_week: Mapped[date]
    last_week: Mapped[date]
    reason: Mapped[str]
    told_by: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
