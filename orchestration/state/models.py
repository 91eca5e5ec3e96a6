"""The tables of state.db. Times are UTC; a merchant sees rows of its own `merchant_id` only."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    String,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: SQLite forgets the offset, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Store in UTC; a time without an offset is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Give back an instant in UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Names for constraints, so that later migrations can find them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        dict[str, Any]: JSON,
        list[list[str]]: JSON,
        datetime: UtcDateTime,
    }


class HomeFact(Base):
    """One row per fact about this home: the identity key's fingerprint, the home's id."""

    __tablename__ = "home_facts"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class File(Base):
    """One row per merchant and content of a file: the manifest.

    `status`: received (archived, not judged yet), loaded, held (see `reason`), withdrawn, or
    unpacked: a ZIP, whose members are files of their own and which has no rows itself.
    `layout_revision` and `reader_revision` name the reading that counts; it stands until a
    new one has passed the gate, so that a re-reading never makes rows vanish. `settled_at`: when
    that reading was judged, or the file withdrawn; unknown for what was settled by an old version.
    """

    __tablename__ = "files"
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(default="received")
    reason: Mapped[str | None]
    source: Mapped[str | None]
    layout_revision: Mapped[str | None]
    reader_revision: Mapped[str | None]
    is_reread_wanted: Mapped[bool] = mapped_column(default=False)
    settled_at: Mapped[datetime | None]


class Receipt(Base):
    """One row per merchant, content and name under which a file arrived; the first time counts.

    A member of a ZIP is named `archive.zip/member.xlsx`. `folder` is where it lay below the
    merchant's inbox folder, `told_at` the time that its ZIP tells of it.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["merchant_id", "file_sha256"], ["files.merchant_id", "files.file_sha256"]
        ),
    )
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_name: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    declared_from: Mapped[date | None]
    declared_to: Mapped[date | None]
    folder: Mapped[str] = mapped_column(default="")
    told_at: Mapped[datetime | None]


class Reading(Base):
    """One row per merchant, file, source and reading: what was read, and the gate's verdict.

    Days are those of loaded rows: a rejected row proves nothing. `rows_repeated` are loaded rows
    that repeat another of the same file; they are kept.

    `verdict`: staged (not judged yet), loaded or held. `row_day_runs`: first and last day of
    each run of days that have rows.
    rows_read = rows_loaded + rows_quarantined + rows_held + rows_skipped once it is judged.
    """

    __tablename__ = "readings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["merchant_id", "file_sha256"], ["files.merchant_id", "files.file_sha256"]
        ),
    )
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    layout_revision: Mapped[str] = mapped_column(primary_key=True)
    reader_revision: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(default="staged")
    effective_at: Mapped[datetime]
    is_effective_at_assumed: Mapped[bool]
    first_row_date: Mapped[date | None]
    last_row_date: Mapped[date | None]
    row_day_runs: Mapped[list[list[str]]] = mapped_column(default=list)
    rows_read: Mapped[int] = mapped_column(BigInteger)
    rows_loaded: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_quarantined: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_held: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    rows_repeated: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped_by_reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quarantined_by_rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime]


class Drift(Base):
    """One row per source and header that no layout knows; its values were dropped unread."""

    __tablename__ = "drift"
    source: Mapped[str] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(primary_key=True)
    first_file_sha256: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime]


class OwnedId(Base):
    """One row per shop or advertising account that a person said a merchant owns.

    `kind`: shop or account. It stands beside the register, and gives way to it.
    """

    __tablename__ = "owned_ids"
    kind: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    owned_id: Mapped[str] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime]


class Repair(Base):
    """One row per cell of a file that a person mended; the archived bytes stay as they are.

    `text` is what the cell should have said. `column_name` `_discard` takes the row out.
    """

    __tablename__ = "repairs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["merchant_id", "file_sha256"], ["files.merchant_id", "files.file_sha256"]
        ),
    )
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    row_number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    column_name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    repaired_at: Mapped[datetime]
    told_by: Mapped[str]


class Sighting(Base):
    """One row per place in an inbox and what lay there, so that it is not hashed again.

    `place` is a path below the inbox or a URL, `stamp` its size and time of change as told by
    its file system.
    """

    __tablename__ = "sightings"
    place: Mapped[str] = mapped_column(primary_key=True)
    stamp: Mapped[str]
    merchant_id: Mapped[str] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))


class Digest(Base):
    """One row per digest kind, merchant ('' for the team), week and revision."""

    __tablename__ = "digests"
    kind: Mapped[str] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    build_id: Mapped[str]
    content_hash: Mapped[str]
    composed_at: Mapped[datetime]


class Delivery(Base):
    """One row per digest revision, recipient, channel and part: the ledger.

    `status`: claimed (before the channel is touched), then sent, failed, ambiguous,
    withheld or suppressed.
    """

    __tablename__ = "deliveries"
    kind: Mapped[str] = mapped_column(primary_key=True)
    merchant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    payload_hash: Mapped[str]
    provider_id: Mapped[str | None]
    claimed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
