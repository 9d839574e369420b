"""What firms offer and wish, by topic."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "peer_topic",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("agreed_on", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["cluster", "firm"], ["firm.cluster", "firm.firm"]),
        sa.PrimaryKeyConstraint("cluster", "firm", "topic", "side"),
    )
