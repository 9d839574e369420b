"""A key is written once, kept safe, never deleted; a copy of the agent notices that it is one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.home import identity
from agent.home.config import Home
from agent.home.identity import Enrolment, Machine
from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import key_id, raw_public
from shieldwall.errors import ConfigError, RefusedError, UsageError

HERE = Machine("0123456789abcdef", "4c4c4544-0000", "/var/lib/shieldwall")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def enrol(home: Home, machine: Machine = HERE) -> Enrolment:
    key = identity.ensure_key(home.key)
    made = Enrolment(
        url="https://cluster.example",
        aud="cluster.example/c1/log1",
        agent="agt_" + "0" * 26,
        epoch=1,
        server=canonical.b64(raw_public(key.public_key())),
        key=key_id(key.public_key()),
        head="ab" * 32,
        receipt="{}",
        machine=identity.traits(machine, key),
    )
    identity.write_enrolment(home, made)
    return made


def test_a_key_is_made_once_and_for_its_owner_only(home: Home) -> None:
    old = os.umask(0)
    try:
        first = identity.ensure_key(home.key)
    finally:
        os.umask(old)
    assert stat.S_IMODE(home.key.stat().st_mode) == 0o600
    assert identity.ensure_key(home.key).private_bytes_raw() == first.private_bytes_raw()
    assert [p.name for p in home.path.iterdir()] == ["agent.key"]


def test_racing_processes_end_with_one_key(home: Home) -> None:
    code = "import sys; from pathlib import Path; from agent.home.identity import ensure_key; print(ensure_key(Path(sys.argv[1])).private_bytes_raw().hex())"
    runs = [subprocess.Popen([sys.executable, "-c", code, str(home.key)], stdout=subprocess.PIPE) for _ in range(4)]
    assert len({run.communicate()[0] for run in runs}) == 1
    assert all(run.returncode == 0 for run in runs)


def test_a_file_that_may_not_be_replaced_is_not(home: Home) -> None:
    """Between looking for a key and writing one, another process may have written it."""
    identity.write_private(home.key, b"first", replace=False)
    with pytest.raises(FileExistsError):
        identity.write_private(home.key, b"second", replace=False)
    assert home.key.read_bytes() == b"first"
    assert [path.name for path in home.path.iterdir()] == ["agent.key"]


def test_a_key_others_may_read_is_refused(home: Home) -> None:
    identity.ensure_key(home.key)
    home.key.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        identity.load_key(home.key)


@pytest.mark.parametrize("content", ["", "shieldwall-agent-key-v1 ", "shieldwall-agent-key-v1 AAAA\n", "\0" * 50])
def test_a_damaged_key_is_never_replaced(home: Home, content: str) -> None:
    home.key.write_text(content)
    home.key.chmod(0o600)
    with pytest.raises(ConfigError, match="damaged"):
        identity.ensure_key(home.key)
    assert home.key.read_text() == content


def test_who_we_are(home: Home) -> None:
    with pytest.raises(UsageError, match="shieldwall join"):
        identity.load_identity(home, HERE)
    made = enrol(home)
    assert identity.load_identity(home, HERE).enrolment == made


@pytest.mark.parametrize(
    "copy",
    [
        Machine("fedcba9876543210", HERE.product, HERE.home),
        Machine(HERE.machine_id, "other", HERE.home),
        Machine(HERE.machine_id, HERE.product, "/srv/shieldwall"),
    ],
)
def test_a_copy_refuses_to_speak_and_keeps_its_key(home: Home, copy: Machine) -> None:
    enrol(home)
    with pytest.raises(RefusedError, match="restored or cloned"):
        identity.load_identity(home, copy)
    assert identity.load_identity(home, HERE)


def test_what_cannot_be_read_today_proves_nothing(home: Home) -> None:
    """The product UUID is for root's eyes: an agent run by a user after one run by root is no clone."""
    enrol(home)
    assert identity.load_identity(home, Machine(HERE.machine_id, None, HERE.home))


def test_the_binding_reveals_nothing_of_the_machine(home: Home) -> None:
    enrol(home)
    text = home.enrolment.read_text()
    assert not any(value in text for value in HERE.traits().values())


def test_another_key_under_the_enrolment_is_noticed(home: Home) -> None:
    enrol(home)
    home.key.unlink()
    identity.ensure_key(home.key)
    with pytest.raises(ConfigError, match="not the key"):
        identity.load_identity(home, HERE)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"url":1}', b"\xff"])
def test_a_damaged_enrolment_is_said(home: Home, content: bytes) -> None:
    home.enrolment.write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"):
        identity.read_enrolment(home)


def test_set_aside_keeps_everything(home: Home) -> None:
    enrol(home)
    key = home.key.read_bytes()
    identity.set_aside(home)
    identity.set_aside(home)
    assert identity.read_enrolment(home) is None
    assert not home.key.exists()
    kept = sorted(p.name for p in home.path.iterdir())
    assert len(kept) == 2
    assert all(name.startswith("former-") for name in kept)
    assert any((home.path / name).read_bytes() == key for name in kept)


def test_this_machine_can_be_read(home: Home, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/machine-id").write_text("abc\n")
    assert identity.read_machine(home, tmp_path) == Machine("abc", None, str(home.path.resolve()))
