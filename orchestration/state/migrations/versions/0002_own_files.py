"""What a merchant's own files need: places, owners of ids, repairs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Move the state to this revision."""

    with op.batch_alter_table("receipts") as receipts:
        receipts.add_column(sa.Column("folder", sa.String(), nullable=False, server_default=""))
        receipts.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "owned_ids",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("owned_id", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "platform", "owned_id", name=op.f("pk_owned_ids")),
    )
    op.create_table(
        "repairs",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("row_number", sa.BigInteger(), nullable=False),
        sa.Column("column_name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("repaired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id", "file_sha256"],
            ["files.merchant_id", "files.file_sha256"],
            name=op.f("fk_repairs_merchant_id_files"),
        ),
        sa.PrimaryKeyConstraint(
            "merchant_id", "file_sha256", "row_number", "column_name", name=op.f("pk_repairs")
        ),
    )
    op.create_table(
        "sightings",
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_sightings")),
    )
