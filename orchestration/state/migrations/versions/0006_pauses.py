"""Recipients that cannot be reached, and are not tried until somebody resumes them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Move the state to this revision."""

    op.create_table(
        "pauses",
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("recipient", "paused_at", name=op.f("pk_pauses")),
    )
