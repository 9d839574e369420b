"""join, show, submit, leave as typed, against a cluster in memory over real sockets."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from simulator import Cluster, proxy_page, refusing, served

from agent.cli import run
from agent.home.config import Home
from agent.home.store import opened, writing
from agent.records import evidence, history
from agent.records.history import PastItem, PastRun
from agent.submission.latest import SCHEMAS
from shieldwall.checks.outcome import FAILED, Outcome, Overlay, Reason
from shieldwall.encoding import canonical
from shieldwall.limits import BACKOFF_MAX_SECONDS
from shieldwall.messages import statement
from shieldwall.messages.commitment import Opening, evidence_commitment, verify_opening
from shieldwall.messages.problem import ProblemType

SECRETS = ("fileserver-7", "/home/anna", "10.20.30.40", "PermitRootLogin")
"""Planted in the evidence; none may ever be part of what leaves."""


@dataclass
class Desk:
    home: Home
    cluster: Cluster
    url: str
    invitation: Path

    def types(self, *words: str) -> int:
        return run(["--home", str(self.home.path), *words])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with served(Cluster()) as (cluster, url):
        path = tmp_path / "invitation.txt"
        path.write_text(cluster.invite(url).encode() + "\n")
        yield Desk(Home(tmp_path / "home"), cluster, url, path)


def audited(desk: Desk) -> PastRun:
    """A kept audit with evidence that must stay at home."""
    items = tuple(
        PastItem(name, 1, "access", "high", 6, False, attested, outcome, reason, waived)
        for name, attested, outcome, reason, waived in (
            ("ssh-root-login", False, Outcome.FAIL, None, True),
            ("restore-tested", True, Outcome.PASS, None, False),
            ("disk-encryption", False, Outcome.UNKNOWN, Reason.PRIVILEGE, False),
        )
    )
    at = datetime(2027, 1, 15, 8, 0, 31, tzinfo=UTC)
    made = PastRun(
        str(uuid.uuid4()), at, at, "manual", "sme-essentials", 1, "0.1.0", "cd" * 32, "debian", "server", True, items,
        clock_synced=False,
    )  # fmt: skip
    seen = json.dumps(SECRETS).encode()
    with opened(desk.home, *SCHEMAS) as db, writing(db):
        history.record(db, made)
        evidence.record(db, made.run, evidence.salted({item.id: seen for item in items}, os.urandom))
    return made


def member(desk: Desk) -> list[bytes]:
    (found,) = desk.cluster.members.values()
    return found.statements


def test_from_invitation_to_receipt_and_out_again(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    made = audited(desk)
    assert desk.types("join", str(desk.invitation)) == 0
    assert not desk.invitation.exists(), "a used invitation is a secret without use"
    assert desk.types("submit") == 0
    said = statement.parse(member(desk)[0])
    assert said.run.id == made.run
    assert said.verdicts["ssh-root-login"] == FAILED
    assert said.clock_synced is False, "what the audit saw of the clock is said, not left open"
    assert said.overlays == {"ssh-root-login": Overlay.WAIVED, "restore-tested": Overlay.ATTESTED}
    assert desk.types("submit") == 0
    assert len(member(desk)) == 1, "the same audit is said once"
    capsys.readouterr()
    assert desk.types("show") == 0
    shown = capsys.readouterr().out
    assert "Delivered     1" in shown
    assert "Waiting       0" in shown
    assert desk.types("leave", "--yes") == 0
    assert desk.types("submit") == 2


def test_show_prints_the_very_bytes(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    audited(desk)
    assert desk.types("show", "--payload") == 0
    before = canonical.decode(capsys.readouterr().out.encode())["predicate"]
    assert desk.types("join", str(desk.invitation)) == 0
    capsys.readouterr()
    assert desk.types("show", "--payload") == 0
    preview = capsys.readouterr().out
    assert desk.types("submit") == 0
    assert preview.encode() == member(desk)[0] + b"\n"
    capsys.readouterr()
    assert desk.types("show", "--payload") == 0
    assert capsys.readouterr().out.encode() == member(desk)[0] + b"\n"
    assert before["outcomes"] == canonical.decode(member(desk)[0])["predicate"]["outcomes"]


def test_evidence_stays_at_home_and_can_be_opened_one_by_one(desk: Desk) -> None:
    made = audited(desk)
    assert desk.types("join", str(desk.invitation)) == 0
    assert desk.types("submit") == 0
    assert not any(secret.encode() in member(desk)[0] for secret in SECRETS)
    root = statement.parse(member(desk)[0]).commitment
    with opened(desk.home, *SCHEMAS) as db:
        kept = evidence.of_run(db, made.run)
    again = evidence_commitment({k: v.evidence for k, v in kept.items()}, {k: v.salt for k, v in kept.items()})
    opening: Opening = again.openings["ssh-root-login"]
    assert verify_opening(opening, kept["ssh-root-login"].evidence, root=root, checks=list(kept))


def test_an_audit_whose_evidence_is_gone_is_not_said(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    made = audited(desk)
    with opened(desk.home, *SCHEMAS) as db, writing(db):
        evidence.forget(db, [made.run])
    assert desk.types("show", "--payload") == 2
    assert "shieldwall scan" in capsys.readouterr().err


def test_a_dry_run_leaves_no_trace(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    audited(desk)
    assert desk.types("join", str(desk.invitation)) == 0
    desk.cluster.requests.clear()
    capsys.readouterr()
    assert desk.types("submit", "--dry-run") == 0
    assert "Would send 1 messages" in capsys.readouterr().out
    assert desk.cluster.requests == []
    assert desk.types("show") == 0
    assert "Waiting       0" in capsys.readouterr().out


def test_exit_codes(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.types("submit") == 2
    assert "shieldwall join" in capsys.readouterr().err
    assert desk.types("join", str(desk.invitation)) == 0
    assert desk.types("submit") == 2
    assert "shieldwall scan" in capsys.readouterr().err
    audited(desk)
    desk.cluster.before.append(proxy_page)
    assert desk.types("submit") == 4
    desk.cluster.before.append(refusing(ProblemType.AGENT_REVOKED))
    assert desk.types("submit") == 5
    assert "join --replace" in capsys.readouterr().err
    assert desk.types("submit") == 0


def test_a_timer_waits_after_a_failure_and_a_person_does_not(desk: Desk) -> None:
    audited(desk)
    assert desk.types("join", str(desk.invitation)) == 0
    desk.cluster.before.append(refusing(ProblemType.UNAVAILABLE, retry_after=600))
    assert desk.types("submit", "--background") == 4
    desk.cluster.requests.clear()
    assert desk.types("submit", "--background") == 0
    assert desk.cluster.requests == []
    assert desk.types("submit") == 0
    assert len(member(desk)) == 1


@pytest.mark.parametrize(("clock_set_back", "sent"), [(BACKOFF_MAX_SECONDS - 700, 0), (BACKOFF_MAX_SECONDS, 1)])
def test_a_clock_set_back_never_makes_a_timer_wait_longer_than_any_failure(
    desk: Desk, clock_set_back: int, sent: int
) -> None:
    audited(desk)
    assert desk.types("join", str(desk.invitation)) == 0
    desk.cluster.before.append(refusing(ProblemType.UNAVAILABLE, retry_after=600))
    assert desk.types("submit", "--background") == 4
    with opened(desk.home, *SCHEMAS) as db, writing(db):
        db.execute("UPDATE outbox_head SET not_before = not_before + ?", (clock_set_back,))
    assert desk.types("submit", "--background") == 0
    assert len(member(desk)) == sent


def test_an_invitation_never_stands_on_the_command_line(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.types("join", desk.invitation.read_text().strip()) == 2
    assert "visible to every user" in capsys.readouterr().err
    assert desk.cluster.members == {}


def test_an_unused_invitation_is_kept(desk: Desk) -> None:
    desk.cluster.before.append(proxy_page)
    assert desk.types("join", str(desk.invitation)) == 4
    assert desk.invitation.exists()
    assert desk.types("join", str(desk.invitation), "--keep-file") == 0
    assert desk.invitation.exists()


def test_nothing_left_before_joining(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.types("show") == 0
    assert "nothing has left" in capsys.readouterr().out
    assert desk.types("show", "--payload") == 2
