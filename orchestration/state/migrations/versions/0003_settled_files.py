"""When each file came to count as it does, so that a changed figure can name its causes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Move the state to this revision."""

    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
