"""Firms, linked groups and invitations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import empty_url
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from aggregator.database.engine import connect, writing
from aggregator.database.schema import metadata
from aggregator.members import firms, invitations
from aggregator.members.firms import Firm, FirmStatus
from shieldwall.errors import UsageError
from shieldwall.membership.invitation import parse_invitation


@pytest.fixture
def connection(either_database: str, tmp_path: Path) -> Iterator[Connection]:
    engine = connect(empty_url(tmp_path))
    with writing(engine) as opened:
        metadata.create_all(opened)
        yield opened
    engine.dispose()


def add(connection: Connection, name: str = "Miller Ltd", linked: str | None = None, cluster: str = "c") -> Firm:
    return firms.add(
        connection, cluster, name=name, sector="metal", size_band="10-49", linked_group=linked, now=1_790_000_000
    )


def test_a_firm_is_found_by_name_or_id_in_its_cluster_only(connection: Connection) -> None:
    firm = add(connection)
    assert firms.find(connection, "c", firm.id) == firms.find(connection, "c", "Miller Ltd") == firm
    with pytest.raises(UsageError, match="firm list"):
        firms.find(connection, "another", firm.id)
    assert firms.roster(connection, "another") == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "printable"),
        ({"name": "a\nb"}, "printable"),
        ({"sector": "Metal works"}, "--sector"),
        ({"size_band": "few"}, "10-49"),
        ({"linked_group": "../x"}, "--linked"),
    ],
)
def test_a_wrong_word_is_answered_with_a_right_one(connection: Connection, changes: dict[str, str], words: str) -> None:
    wanted = {"name": "A", "sector": "metal", "size_band": "1-9", "linked_group": None} | changes
    with pytest.raises(UsageError, match=words):
        firms.add(connection, "c", now=1, **wanted)  # type: ignore[arg-type]


def test_a_name_is_taken_while_its_firm_is_a_member(connection: Connection) -> None:
    firm = add(connection)
    with pytest.raises(UsageError, match="already"):
        add(connection)
    firms.mark_left(connection, "c", firm, 2)
    assert firms.find(connection, "c", firm.id).status is FirmStatus.LEFT
    assert add(connection).id != firm.id


def test_linked_groups_count_present_members(connection: Connection) -> None:
    one, two = add(connection, "One", "holding"), add(connection, "Two", "holding")
    add(connection, "Alone", "nobody-else")
    assert firms.linked_groups(connection, "c") == {"holding": tuple(sorted((one.id, two.id)))}
    firms.mark_left(connection, "c", two, 2)
    assert firms.linked_groups(connection, "c") == {}


def test_every_invitation_is_one_slot_and_one_secret(connection: Connection) -> None:
    firm, key = add(connection), Ed25519PrivateKey.generate().public_key()
    made = invitations.invite(connection, "c", firm, url="https://c.example", log_key=key, now=1, count=20)
    stored = invitations.of_firm(connection, "c", firm.id)
    assert len({item.slot for item in stored}) == len({item.secret for item in stored}) == 20
    assert all(parse_invitation(item.encode()) == item for item in made)
    assert len(made[0].encode()) < 300
    assert invitations.revoke_unused(connection, "c", firm.id, 5) == 20
    assert invitations.revoke_unused(connection, "c", firm.id, 6) == 0
    assert invitations.by_id(connection, "another", made[0].id.hex()) is None


@pytest.mark.parametrize(("count", "slot"), [(0, None), (501, None), (2, "slot_x")])
def test_how_many_invitations_at_once(connection: Connection, count: int, slot: str | None) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    with pytest.raises(UsageError, match="--count"):
        invitations.invite(
            connection, "c", add(connection), url="https://c.example", log_key=key, now=1, count=count, slot=slot
        )
