"""The manifest, the readings, the digests and the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Move the state to this revision."""

    op.create_table(
        "deliveries",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "kind",
            "merchant_id",
            "week",
            "revision",
            "channel",
            "recipient",
            "part",
            name=op.f("pk_deliveries"),
        ),
    )
    op.create_table(
        "digests",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "merchant_id", "week", "revision", name=op.f("pk_digests")),
    )
    op.create_table(
        "drift",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("header", sa.String(), nullable=False),
        sa.Column("first_file_sha256", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "header", name=op.f("pk_drift")),
    )
    op.create_table(
        "files",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("layout_revision", sa.String(), nullable=True),
        sa.Column("reader_revision", sa.String(), nullable=True),
        sa.Column("is_reread_wanted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "file_sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "home_facts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_home_facts")),
    )
    op.create_table(
        "readings",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("layout_revision", sa.String(), nullable=False),
        sa.Column("reader_revision", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_effective_at_assumed", sa.Boolean(), nullable=False),
        sa.Column("first_row_date", sa.Date(), nullable=True),
        sa.Column("last_row_date", sa.Date(), nullable=True),
        sa.Column("row_day_runs", sa.JSON(), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_loaded", sa.BigInteger(), nullable=False),
        sa.Column("rows_quarantined", sa.BigInteger(), nullable=False),
        sa.Column("rows_held", sa.BigInteger(), nullable=False),
        sa.Column("rows_skipped", sa.BigInteger(), nullable=False),
        sa.Column("rows_repeated", sa.BigInteger(), nullable=False),
        sa.Column("skipped_by_reason", sa.JSON(), nullable=False),
        sa.Column("quarantined_by_rule", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "file_sha256"],
            ["files.merchant_id", "files.file_sha256"],
            name=op.f("fk_readings_merchant_id_files"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id",
            "file_sha256",
            "source",
            "layout_revision",
            "reader_revision",
            name=op.f("pk_readings"),
        ),
    )
    op.create_table(
        "receipts",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_from", sa.Date(), nullable=True),
        sa.Column("declared_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant_id", "file_sha256"],
            ["files.merchant_id", "files.file_sha256"],
            name=op.f("fk_receipts_merchant_id_files"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "file_sha256", "file_name", name=op.f("pk_receipts")
        ),
    )
