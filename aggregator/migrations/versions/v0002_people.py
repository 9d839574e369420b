"""People who may use the manager's pages, their sessions, and the audit log nobody can edit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MESSAGE = "the audit log is append-only"


def upgrade() -> None:
    _people()
    _keys()
    _sessions()
    _audit()
    _make_append_only("audit_entry")


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("cluster", "person"),
    )
    op.create_index("person_by_name", "person", ["cluster", "name"], unique=True)


def _keys() -> None:
    op.create_table(
        "passkey",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("passkey", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
        sa.PrimaryKeyConstraint("cluster", "passkey"),
    )
    op.create_index("passkey_by_person", "passkey", ["cluster", "person"])
    op.create_table(
        "recovery_code",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
        sa.PrimaryKeyConstraint("cluster", "person", "digest"),
    )


def _sessions() -> None:
    op.create_table(
        "one_time_link",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("cluster", "digest"),
    )
    op.create_table(
        "desk_session",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
        sa.PrimaryKeyConstraint("cluster", "digest"),
    )
    op.create_index("desk_session_by_person", "desk_session", ["cluster", "person"])


def _audit() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("cluster", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "number"),
    )


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )
