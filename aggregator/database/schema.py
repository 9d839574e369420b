"""Every table. Each key leads with the cluster and, where a firm is meant, goes on with the firm, so that the schema
shards by (cluster, firm); the log's tables shard by cluster.

Times are whole seconds since 1970, UTC. Digests are lower-case hex SHA-256. `sealed` columns are ciphertext under the
data key of the row's period (aggregator.ledger.seal).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata: Final = MetaData()

firm: Final = Table(
    "firm",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("sector", String(40), nullable=False),
    Column("size_band", String(20), nullable=False),
    Column("linked_group", String(40)),
    Column("status", String(12), nullable=False),
    Column("joined_at", BigInteger, nullable=False),
    Column("left_at", BigInteger),
    PrimaryKeyConstraint("cluster", "firm"),
)

invitation: Final = Table(
    "invitation",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("invitation", String(32), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("used_at", BigInteger),
    Column("agent", String(40)),
    Column("last_try_at", BigInteger),
    Column("alarms", Integer, nullable=False),
    PrimaryKeyConstraint("cluster", "firm", "invitation"),
    ForeignKeyConstraint(["cluster", "firm"], ["firm.cluster", "firm.firm"]),
    Index("invitation_by_id", "cluster", "invitation", unique=True),
)

agent: Final = Table(
    "agent",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("agent", String(40), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("status", String(12), nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_digest", String(64), nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger),
    Column("clock_suspect", Integer, nullable=False),
    PrimaryKeyConstraint("cluster", "firm", "agent"),
    ForeignKeyConstraint(["cluster", "firm"], ["firm.cluster", "firm.firm"]),
    Index("agent_by_id", "cluster", "agent", unique=True),
)

key_event: Final = Table(
    "key_event",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("agent", String(40), nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("event", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cluster", "firm", "agent", "log_index"),
    ForeignKeyConstraint(["cluster", "firm"], ["firm.cluster", "firm.firm"]),
)

period: Final = Table(
    "period",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("frozen_at", BigInteger),
    Column("document", LargeBinary),
    PrimaryKeyConstraint("cluster", "period"),
)

statement: Final = Table(
    "statement",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("agent", String(40), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cluster", "firm", "period", "digest"),
    ForeignKeyConstraint(["cluster", "period"], ["period.cluster", "period.period"]),
)

host_period: Final = Table(
    "host_period",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("agent", String(40), nullable=False),
    Column("pack", String(64), nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cluster", "period", "firm", "slot"),
    ForeignKeyConstraint(["cluster", "period"], ["period.cluster", "period.period"]),
)

pack: Final = Table(
    "pack",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("checks", Text, nullable=False),
    PrimaryKeyConstraint("cluster", "digest"),
)

log: Final = Table(
    "log",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("size", BigInteger, nullable=False),
    PrimaryKeyConstraint("cluster"),
)

log_leaf: Final = Table(
    "log_leaf",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("kind", String(24), nullable=False),
    PrimaryKeyConstraint("cluster", "log_index"),
    Index("log_leaf_by_digest", "cluster", "digest", unique=True),
)

log_node: Final = Table(
    "log_node",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("level", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cluster", "level", "position"),
    sqlite_with_rowid=False,
)

release: Final = Table(
    "release",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("release", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
    PrimaryKeyConstraint("cluster", "release"),
    ForeignKeyConstraint(["cluster", "period"], ["period.cluster", "period.period"]),
)

noisy_value: Final = Table(
    "noisy_value",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("period", String(16), nullable=False),
    Column("output", String(40), nullable=False),
    Column("place", Integer, nullable=False),
    Column("value", String(80), nullable=False),
    Column("epsilon", BigInteger, nullable=False),
    Column("drawn_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("cluster", "period", "output"),
)
"""epsilon: millionths spent on the value; nothing is drawn twice (aggregator.ledger.noise)."""

# --- who could help whom (aggregator.peers); nothing that was measured stands here ------------------------------------

peer_topic: Final = Table(
    "peer_topic",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("firm", String(40), nullable=False),
    Column("topic", String(16), nullable=False),
    Column("side", String(8), nullable=False),
    Column("agreed_on", String(10), nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("cluster", "firm", "topic", "side"),
    ForeignKeyConstraint(["cluster", "firm"], ["firm.cluster", "firm.firm"]),
)
"""side: offer or wish; agreed_on: the day the firm said yes."""

# --- who may use the manager's pages (aggregator.people) -------------------------------------------------------------

person: Final = Table(
    "person",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("person", String(40), nullable=False),
    Column("name", String(60), nullable=False),
    Column("role", String(12), nullable=False),
    Column("password", Text, nullable=False),
    Column("totp", LargeBinary),
    Column("totp_step", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    PrimaryKeyConstraint("cluster", "person"),
    Index("person_by_name", "cluster", "name", unique=True),
)

passkey: Final = Table(
    "passkey",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("passkey", String(64), nullable=False),
    Column("person", String(40), nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label", String(60), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("cluster", "passkey"),
    ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
    Index("passkey_by_person", "cluster", "person"),
)

recovery_code: Final = Table(
    "recovery_code",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("person", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("cluster", "person", "digest"),
    ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
)

one_time_link: Final = Table(
    "one_time_link",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("role", String(12), nullable=False),
    Column("person", String(40)),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    PrimaryKeyConstraint("cluster", "digest"),
)

desk_session: Final = Table(
    "desk_session",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("person", String(40), nullable=False),
    Column("whole", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("cluster", "digest"),
    ForeignKeyConstraint(["cluster", "person"], ["person.cluster", "person.person"]),
    Index("desk_session_by_person", "cluster", "person"),
)

audit_entry: Final = Table(
    "audit_entry",
    metadata,
    Column("cluster", String(40), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("who", String(60), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("cluster", "number"),
)
"""Append-only: triggers of the database refuse to change or delete a row, and each digest covers the one before."""
