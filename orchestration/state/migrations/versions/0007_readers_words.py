"""What readers say by the links of a digest: that they want no more of it, and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Move the state to this revision."""

    op.create_table(
        "unsubscriptions",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint(
            "merchant_id", "recipient", "asked_at", name=op.f("pk_unsubscriptions")
        ),
    )
    op.create_table(
        "answers",
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "merchant_id", "week", "revision", "recipient", "answer", name=op.f("pk_answers")
        ),
    )
