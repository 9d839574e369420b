"""What `shieldwall doctor` tells to type is typed, by the real program in a shell, until nothing is bad any more."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import unprivileged
from agent_sample import sample_result
from joined import Agent, joined
from simulator import Cluster, proxy_page, refusing, served

from agent.delivery.outbox import Outbox, State
from agent.delivery.transport import HttpTransport
from agent.doctor import work
from agent.doctor.examine import examine
from agent.doctor.finding import Level
from agent.home.config import Home
from agent.home.identity import Machine, load_identity
from agent.home.packs import PackState, Taken, load_state, save_state
from agent.home.store import opened
from agent.records.history import recent
from agent.scan.record import keep
from agent.schedule.base import Where
from agent.submission.latest import SCHEMAS, latest_draft
from shieldwall.encoding import canonical
from shieldwall.messages.problem import ProblemType

PATH = f"{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin"
PRIVATE = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
ENTERS = "shieldwall join --replace"


@pytest.fixture
def member(tmp_path: Path) -> Iterator[Agent]:
    cluster = Cluster()
    cluster.now = int(time.time())
    with served(cluster) as (_, url), joined(tmp_path / "home", cluster, url) as agent:
        rewrite(agent.home, machine=[])
        agent.now = int(time.time())
        yield agent


def rewrite(home: Home, **changes: object) -> None:
    found = canonical.decode(home.enrolment.read_bytes())
    home.enrolment.write_bytes(canonical.encode({**found, **changes}) + b"\n")


def shell(home: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": PATH, "SHIELDWALL_HOME": str(home), "HOME": str(home.parent), "LC_ALL": "C.UTF-8", **more}
    return subprocess.run(
        ["sh", "-c", command], env=environ, capture_output=True, text=True, check=False, cwd=home.parent
    )


def told(home: Path) -> dict[str, tuple[str, str]]:
    """Area -> words and command of what is bad."""
    where = Where(root=home / "nowhere", user_home=home / "nowhere")
    found = examine(Home(home), datetime.now(UTC), elevated=True, where=where, connect=HttpTransport)
    return {one.area: (one.words, one.mend) for one in found if one.level is Level.BAD}


def mended(member: Agent, most: int = 3) -> list[str]:
    """Type what is told until nothing is bad; what was typed."""
    home, typed = member.home.path, list[str]()
    while bad := told(home):
        assert len(typed) < most, bad
        command = next(iter(bad.values()))[1]
        typed.append(command)
        if command == ENTERS:
            (home.parent / "invitation").write_text(member.cluster.invite(member.who.enrolment.url).encode())
            done = shell(home, f"{command} invitation")
        else:
            done = shell(home, command)
        assert done.returncode == 0, (command, done.stderr)
    return typed


def open_home(member: Agent) -> None:
    member.home.path.chmod(0o755)


def open_key(member: Agent) -> None:
    member.home.key.chmod(0o644)


def open_database(member: Agent) -> None:
    member.home.database.chmod(0o644)


def lost_key(member: Agent) -> None:
    member.home.key.unlink()


def damaged_page(member: Agent) -> None:
    member.place()
    member.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    member.connection.close()
    with member.home.database.open("r+b") as file:
        for page in range(1, member.home.database.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 300)


def damaged_history(member: Agent) -> None:
    keep(member.home, sample_result(), trigger="schedule", scans_kept=9)
    member.connection.execute("UPDATE run SET items = '[{\"id\": 7'")


def stuck_outbox(member: Agent) -> None:
    member.place()
    member.cluster.faults.append(proxy_page)
    member.deliver()


def told_off(kind: ProblemType) -> Callable[[Agent], None]:
    def make(member: Agent) -> None:
        member.place()
        member.cluster.faults.append(refusing(kind))
        member.deliver()

    make.__name__ = kind.replace("-", "_")
    return make


def really_revoked(member: Agent) -> None:
    member.place()
    member.cluster.members[member.who.enrolment.agent].status = "revoked"
    member.deliver()


def refused_row(member: Agent) -> None:
    member.place()
    member.cluster.faults.append(refusing(ProblemType.SCHEMA, pointer="/x"))
    member.deliver()


def overflow(member: Agent) -> None:
    member.outbox._most = 2
    for _ in range(4):
        member.place()


def fork(member: Agent) -> None:
    member.place()
    member.cluster.members[member.who.enrolment.agent].prev = "ab" * 32
    member.deliver()


def cloned(member: Agent) -> None:
    trait = {"name": "machine-id", "mac": "00" * 32}
    rewrite(member.home, machine=[trait])


def damaged_pack_state(member: Agent) -> None:
    member.home.trust.mkdir(exist_ok=True)
    (member.home.trust / "packs.json").write_text("{")


AUDIT = "shieldwall scan --fail-on never && shieldwall submit"
MENDED: list[tuple[Callable[[Agent], None], str, str, tuple[str, ...]]] = [
    (open_home, "home", "open to other users", ("chmod 700 {home}",)),
    (open_key, "cluster", "others may read the key", ("chmod 600 {home}/agent.key",)),
    (open_database, "home", "agent.db is readable", ("chmod 600 {home}/agent.db",)),
    (lost_key, "cluster", "agent.key", (ENTERS,)),
    (damaged_page, "database", "malformed", ("mv {home}/agent.db {home}/agent.db.broken", ENTERS)),
    (damaged_history, "database", "scan 1", ("mv {home}/agent.db {home}/agent.db.broken", ENTERS)),
    (really_revoked, "outbox", "agent-revoked: This agent was revoked", (ENTERS,)),
    (told_off(ProblemType.UNKNOWN_AGENT), "outbox", "unknown-agent: No agent is enrolled", (ENTERS,)),
    (told_off(ProblemType.STALE_EPOCH), "outbox", "stale-epoch: The key of this statement was replaced", (ENTERS,)),
    (refused_row, "outbox", "1 the cluster does not take (schema)", (AUDIT,)),
    (fork, "outbox", "sending has stopped (fork)", (ENTERS,)),
    (cloned, "cluster", "another machine or folder (machine-id differs)", (ENTERS,)),
]


@pytest.mark.parametrize(("make", "area", "words", "typed"), MENDED, ids=[fault[0].__name__ for fault in MENDED])
def test_what_is_told_mends_it(
    member: Agent, make: Callable[[Agent], None], area: str, words: str, typed: tuple[str, ...]
) -> None:
    make(member)
    found = told(member.home.path)
    assert words in found[area][0], found
    assert mended(member) == [command.format(home=member.home.path) for command in typed]


WITH_AN_AUDIT: list[tuple[Callable[[Agent], None], str, str]] = [
    (stuck_outbox, "outbox", "1 waiting"),
    (overflow, "outbox", "the 2 oldest were dropped"),
    (told_off(ProblemType.AGENT_QUARANTINED), "outbox", "agent-quarantined: This agent is held back"),
    (told_off(ProblemType.LOG_ROLLBACK), "outbox", "log-rollback: "),
]


@pytest.mark.parametrize(("make", "area", "words"), WITH_AN_AUDIT, ids=[fault[0].__name__ for fault in WITH_AN_AUDIT])
def test_what_waits_is_sent(member: Agent, make: Callable[[Agent], None], area: str, words: str) -> None:
    keep(member.home, sample_result(), trigger="schedule", scans_kept=9)
    make(member)
    found = told(member.home.path)
    assert words in found[area][0], found
    assert mended(member) == ["shieldwall submit"]


def test_what_only_a_newer_agent_or_the_manager_mends_is_named(member: Agent) -> None:
    told_off(ProblemType.UNSUPPORTED_PROTOCOL)(member)
    save_state(member.home, PackState(min_agent="99.0.0", needs="98.0.0"))
    found = told(member.home.path)
    assert "upgrade the agent" in found["outbox"][0]
    assert "98.0.0" in found["checks"][0]
    assert "shieldwall_VERSION_amd64.deb" in found["outbox"][1] == found["checks"][1]
    save_state(member.home, replace(load_state(member.home), needs=""))
    assert "from 99.0.0 on" in told(member.home.path)["checks"][0]


def test_an_agent_that_waits_for_approval_is_told_so_and_has_nothing_to_do(member: Agent) -> None:
    told_off(ProblemType.AGENT_PENDING)(member)
    done = shell(member.home.path, "shieldwall doctor --json")
    (found,) = [json.loads(line) for line in done.stdout.splitlines() if '"outbox"' in line]
    assert (done.returncode, found["level"]) == (0, "note")
    assert "still has to approve" in found["words"]


def test_a_damaged_record_of_packs_is_named(member: Agent) -> None:
    damaged_pack_state(member)
    file = member.home.trust / "packs.json"
    words, command = told(member.home.path)["checks"]
    assert ("is damaged" in words, command) == (True, f"mv {file} {file}.broken && shieldwall update --yes")
    save_state(member.home, PackState(Taken("99.0.0", "ab" * 32, "cd" * 32)))
    words, command = told(member.home.path)["checks"]
    assert ("cannot be read" in words, command) == (True, "shieldwall update --yes")


def within(member: Agent, mount: str, then: str) -> subprocess.CompletedProcess[str]:
    """A shell in which the home lies on another disk."""
    place = member.home.path.parent / "disk"
    shutil.copytree(member.home.path, place.with_name("kept"))
    place.mkdir()
    script = f"{mount} && {then}"
    environ = {"PATH": PATH, "SHIELDWALL_HOME": str(place), "HOME": str(place), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [*PRIVATE, "sh", "-c", script], env=environ, capture_output=True, text=True, check=False, cwd=place.parent
    )


def test_a_full_disk_is_named_and_nothing_else_is_blamed(member: Agent) -> None:
    member.connection.close()
    done = within(
        member, "mount -t tmpfs -o size=2m,mode=700 none disk && cp -a kept/. disk/",
        "dd if=/dev/zero of=disk/fill bs=4k status=none; COLUMNS=200 shieldwall doctor; rm disk/fill; echo AGAIN; shieldwall doctor",
    )  # fmt: skip
    full, _, again = done.stdout.partition("AGAIN")
    assert "0 MiB free" in full and "du -xh" in full, done
    assert ".broken" not in full, "a full disk is no reason to give up a database"
    assert "bad   database" not in again and "Traceback" not in done.stderr


def test_a_read_only_disk_is_named_and_mended_as_told(member: Agent) -> None:
    member.connection.close()
    done = within(
        member, "mount -t tmpfs -o size=3m,mode=700 none disk && cp -a kept/. disk/ && mount -o remount,ro disk",
        "COLUMNS=200 shieldwall doctor; mount -o remount,rw disk; echo AGAIN; shieldwall doctor",
    )  # fmt: skip
    fixed, _, again = done.stdout.partition("AGAIN")
    assert "takes nothing: read-only" in " ".join(fixed.split()), done
    assert f"sudo mount -o remount,rw {member.home.path.parent}/disk" in " ".join(fixed.split())
    assert ".broken" not in fixed and ENTERS not in fixed, "a disk is no reason to give up a database or a name"
    assert "read-only" not in again


def test_folders_of_others_are_named_instead_of_a_crash() -> None:
    """By an ordinary user: a home and a schedule that nobody but their owner may look into."""
    with tempfile.TemporaryDirectory() as place:
        closed, mine, root = (Path(place) / name for name in ("closed", "mine", "root"))
        for folder in (closed, mine, root / "etc/cron.d"):
            folder.mkdir(parents=True)
        Path(place).chmod(0o755)
        if os.geteuid() == 0:
            os.chown(mine, unprivileged.NOBODY, unprivileged.NOBODY)
        mine.chmod(0o700)

        def look() -> list[list[str]]:
            where, now = Where(root=root, user_home=root / "etc/cron.d"), datetime.now(UTC)
            both = [
                *examine(Home(closed), now, elevated=False, where=where),
                *work.schedule(Home(mine), now, where, system=True),
            ]
            return [[str(one.level), one.area, one.words, one.mend] for one in both]

        look()  # what it imports is read now: an ordinary user may not read the interpreter's files
        for folder in (closed, root / "etc/cron.d"):
            folder.chmod(0)
        try:
            found = unprivileged.as_nobody(look)
        finally:
            for folder in (closed, root / "etc/cron.d"):
                folder.chmod(0o700)
    assert ["bad", "home", f"{closed} cannot be looked into by this user", "sudo shieldwall doctor"] in found
    assert any(one[1] == "schedule" and "Permission denied" in one[2] for one in found), found


def test_what_the_people_signed_has_ended(member: Agent) -> None:
    anchor = b"{}"
    folder = member.home.trust / canonical.digest(anchor)[:16]
    folder.mkdir(parents=True)
    (member.home.trust / "anchor.json").write_bytes(anchor)
    for name in ("timestamp", "snapshot", "targets"):
        (folder / f"{name}.json").write_text(json.dumps({"signed": {"expires": "2026-01-02T00:00:00Z"}}))
    words, command = told(member.home.path)["trust"]
    assert ("counted until 2026-01-02" in words, command) == (True, "shieldwall update")


def test_the_database_is_of_an_older_program(tmp_path: Path) -> None:
    old, home = Path(__file__).parents[1] / "released", Home(tmp_path / "home").create()
    for file in ("agent.key", "enrolment.json"):
        shutil.copy(old / "0001" / file, home.path / file)
        (home.path / file).chmod(0o600)
    with closing(sqlite3.connect(home.database)) as db:
        db.executescript((old / "0001" / "agent.sql").read_text())
    home.database.chmod(0o600)
    assert set(told(home.path)) == {"clock", "connection", "outbox"}, "its cluster is gone, and answered in 2027"
    with opened(home, *SCHEMAS) as db:
        box = Outbox(db, load_identity(home, Machine(None, None, None)))
        assert [item.state for item in box.items(*State)].count(State.DELIVERED) == 2
        assert (box.head().failures, box.head().trouble, len(box.items(State.WAITING))) == (1, None, 2)
        assert [run.trigger for run in recent(db, 9)] == ["schedule"]
        assert latest_draft(db).run.id == recent(db, 1)[0].run
    assert shell(home.path, "shieldwall history").returncode == 0
