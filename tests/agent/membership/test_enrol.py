"""Joining and leaving, interrupted everywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from simulator import Cluster, hung_up, login_page, proxy_page, refusing, served, truncated

from agent.delivery.outbox import SCHEMA, Outbox
from agent.delivery.transport import HttpTransport
from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Machine
from agent.home.store import opened
from agent.membership.enrol import join, leave
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError, UsageError
from shieldwall.membership.fingerprint import six_words
from shieldwall.messages.problem import ProblemType

HERE = Machine("0123456789abcdef", None, None)
NONCE = b"n" * 32
RUN = "0b0c7a4e-5c1f-4f4e-9a3e-0d9a0a0b0c0d"


@pytest.fixture
def cluster() -> Iterator[tuple[Cluster, str]]:
    with served(Cluster()) as serving:
        yield serving


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_join_and_leave(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        done = join(home, where.invite(url), HERE, transport, NONCE)
        who = identity.load_identity(home, HERE)
        assert done.enrolment == who.enrolment
        assert done.fingerprint == six_words(where.members[done.enrolment.agent].key)
        with opened(home, SCHEMA) as connection:
            head = Outbox(connection, who).head()
        assert (head.next_seq, head.head) == (1, where.members[done.enrolment.agent].prev)
        leave(home, who, transport, lambda: RUN)
    assert where.members[done.enrolment.agent].status == "revoked"
    assert identity.read_enrolment(home) is None
    assert len(list(home.path.glob("former-*"))) == 2


@pytest.mark.parametrize(
    ("moment", "fault"),
    [("faults", truncated), *((m, f) for m in ("before", "faults") for f in (hung_up, proxy_page, login_page))],
)
def test_a_lost_answer_is_harmless(home: Home, cluster: tuple[Cluster, str], moment: str, fault: object) -> None:
    """The same invitation and the same key get the same answer, so joining again ends with one agent."""
    where, url = cluster
    invitation = where.invite(url)
    getattr(where, moment).append(fault)
    with HttpTransport(url) as transport:
        with pytest.raises(DeliveryError):
            join(home, invitation, HERE, transport, NONCE)
        assert identity.read_enrolment(home) is None
        join(home, invitation, HERE, transport, b"m" * 32)
    assert len(where.members) == 1
    assert where.tree.size == 1


def test_an_invitation_works_for_one_key(home: Home, cluster: tuple[Cluster, str], tmp_path: Path) -> None:
    where, url = cluster
    invitation = where.invite(url)
    with HttpTransport(url) as transport:
        join(home, invitation, HERE, transport, NONCE)
        with pytest.raises(RefusedError, match="tell your cluster manager"):
            join(Home(tmp_path / "thief"), invitation, HERE, transport, NONCE)
    assert len(where.members) == 1


def test_joining_twice_needs_the_word(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        first = join(home, where.invite(url), HERE, transport, NONCE)
        with pytest.raises(UsageError, match="--replace"):
            join(home, where.invite(url), HERE, transport, NONCE)
        second = join(home, where.invite(url), HERE, transport, NONCE, replace=True)
    assert first.enrolment.key != second.enrolment.key
    assert len(list(home.path.glob("former-*"))) == 2


def test_a_key_is_never_used_for_a_second_aggregator(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        where.faults.append(hung_up)
        with pytest.raises(DeliveryError):
            join(home, where.invite(url), HERE, transport, NONCE)
        used = identity.load_key(home.key).private_bytes_raw()
        done = join(home, where.invite(url), HERE, transport, NONCE)
    assert identity.load_key(home.key).private_bytes_raw() != used
    assert done.enrolment.agent.endswith("1")


def test_somebody_in_between_is_noticed_and_nothing_is_kept(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    other = Cluster()
    invitation = where.invite(url)
    other.invitations[invitation.id] = invitation
    with (
        served(other) as (_, elsewhere),
        HttpTransport(elsewhere) as transport,
        pytest.raises(IntegrityError, match="in between"),
    ):
        join(home, invitation, HERE, transport, NONCE)
    assert identity.read_enrolment(home) is None
    with HttpTransport(url) as transport:
        assert join(home, invitation, HERE, transport, NONCE)


def test_pending_approval_is_an_enrolment(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    where.pending = True
    with HttpTransport(url) as transport:
        assert join(home, where.invite(url), HERE, transport, NONCE).pending
    assert identity.read_enrolment(home) is not None


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (ProblemType.UNKNOWN_INVITATION, RefusedError),
        (ProblemType.INVITATION_EXPIRED, RefusedError),
        (ProblemType.UNAVAILABLE, DeliveryError),
        (ProblemType.RATE_LIMITED, DeliveryError),
    ],
)
def test_refusals_keep_the_key(
    home: Home, cluster: tuple[Cluster, str], kind: ProblemType, error: type[Exception]
) -> None:
    where, url = cluster
    where.before.append(refusing(kind))
    invitation = where.invite(url)
    with HttpTransport(url) as transport:
        with pytest.raises(error):
            join(home, invitation, HERE, transport, NONCE)
        key = home.key.read_bytes()
        join(home, invitation, HERE, transport, NONCE)
    assert home.key.read_bytes() == key


def test_leaving_can_be_repeated(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        join(home, where.invite(url), HERE, transport, NONCE)
        who = identity.load_identity(home, HERE)
        where.faults.append(hung_up)
        with pytest.raises(DeliveryError):
            leave(home, who, transport, lambda: RUN)
        assert identity.load_identity(home, HERE)
        leave(home, who, transport, lambda: RUN)
    assert identity.read_enrolment(home) is None


@pytest.mark.parametrize(
    ("kind", "error"), [(ProblemType.UNAVAILABLE, DeliveryError), (ProblemType.AGENT_QUARANTINED, RefusedError)]
)
def test_a_farewell_that_was_not_heard_leaves_everything_as_it_was(
    home: Home, cluster: tuple[Cluster, str], kind: ProblemType, error: type[Exception]
) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        join(home, where.invite(url), HERE, transport, NONCE)
        who = identity.load_identity(home, HERE)
        where.before.append(refusing(kind))
        with pytest.raises(error):
            leave(home, who, transport, lambda: RUN)
    assert identity.load_identity(home, HERE).enrolment == who.enrolment


def test_an_agent_the_cluster_forgot_may_leave(home: Home, cluster: tuple[Cluster, str]) -> None:
    where, url = cluster
    with HttpTransport(url) as transport:
        join(home, where.invite(url), HERE, transport, NONCE)
        where.members.clear()
        leave(home, identity.load_identity(home, HERE), transport, lambda: RUN)
    assert identity.read_enrolment(home) is None
