"""The tables of what readers say by the links of their digests."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from orchestration.state.models import Base


class Unsubscription(Base):
    """One row per time that a reader (`email:owner@example.com`) wants no more of a digest.

    `merchant_id`: whose digest, '' for the team's; others go on. It lasts until somebody resumes
    the reader; `resumed_at` is empty as long as it does.
    """

    __tablename__ = "unsubscriptions"
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(primary_key=True)
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]


class Answer(Base):
    """One row per answer of a reader to a digest; said again it stays as it was.

    `answer`: done, not_for_us or looks_wrong.
    """

    __tablename__ = "answers"
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
