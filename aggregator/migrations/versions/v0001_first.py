"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _members()
    _agents()
    _log()
    _periods()
    _statements()


def _members() -> None:
    op.create_table(
        "firm",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("size_band", sa.String(length=20), nullable=False),
        sa.Column("linked_group", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("cluster", "firm"),
    )
    op.create_table(
        "invitation",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("invitation", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("agent", sa.String(length=40), nullable=True),
        sa.Column("last_try_at", sa.BigInteger(), nullable=True),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "firm"],
            ["firm.cluster", "firm.firm"],
        ),
        sa.PrimaryKeyConstraint("cluster", "firm", "invitation"),
    )
    op.create_index("invitation_by_id", "invitation", ["cluster", "invitation"], unique=True)


def _agents() -> None:
    op.create_table(
        "agent",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_digest", sa.String(length=64), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=True),
        sa.Column("clock_suspect", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "firm"],
            ["firm.cluster", "firm.firm"],
        ),
        sa.PrimaryKeyConstraint("cluster", "firm", "agent"),
    )
    op.create_index("agent_by_id", "agent", ["cluster", "agent"], unique=True)
    op.create_table(
        "key_event",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "firm"],
            ["firm.cluster", "firm.firm"],
        ),
        sa.PrimaryKeyConstraint("cluster", "firm", "agent", "log_index"),
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cluster"),
    )
    op.create_table(
        "log_leaf",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "log_index"),
    )
    op.create_index("log_leaf_by_digest", "log_leaf", ["cluster", "digest"], unique=True)
    op.create_table(
        "log_node",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "level", "position"),
        sqlite_with_rowid=False,
    )


def _periods() -> None:
    op.create_table(
        "pack",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "digest"),
    )
    op.create_table(
        "period",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("cluster", "period"),
    )
    op.create_table(
        "release",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "period"],
            ["period.cluster", "period.period"],
        ),
        sa.PrimaryKeyConstraint("cluster", "release"),
    )


def _statements() -> None:
    op.create_table(
        "host_period",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "period"],
            ["period.cluster", "period.period"],
        ),
        sa.PrimaryKeyConstraint("cluster", "period", "firm", "slot"),
    )
    op.create_table(
        "statement",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("firm", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("log_index", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster", "period"],
            ["period.cluster", "period.period"],
        ),
        sa.PrimaryKeyConstraint("cluster", "firm", "period", "digest"),
    )
