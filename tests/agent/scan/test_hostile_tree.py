"""The whole library on trees in which every path that a probe asks for is something else than it expects."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planted import NOW
from unprivileged import as_nobody, with_owners

from agent.looking.host import FileStat, Host
from agent.render import FORMATS, load
from agent.render.base import Style
from agent.scan.result import ScanResult
from agent.scan.run import judged, look
from shieldwall import limits
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.packs.pack import load_pack
from shieldwall.packs.policy import whole_library

PACK = load_pack()
POLICY = whole_library(PACK)
SEEDS = {
    "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\n",
    "/etc/group": "root:x:0:\nsudo:x:27:anna\n",
    "/var/lib/dpkg/status": "".join(
        f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
        for name in (
            "openssh-server", "sudo", "nginx", "apache2", "postfix", "samba", "cups", "chromium", "rsyslog", "chrony",
            "unattended-upgrades", "auditd", "fail2ban", "clamav", "docker.io", "mariadb-server", "postgresql", "cron",
        )
    ),
}  # fmt: skip
"""Enough for checks to apply; without them most would end before they look."""


@dataclass(frozen=True, slots=True)
class Asked(Host):
    """A host that remembers what it was asked for."""

    paths: set[str] = field(default_factory=set)

    def read(self, path: str, limit: int = limits.FILE_BYTES) -> bytes:
        self.paths.add(path)
        return Host.read(self, path, limit)

    def stat(self, path: str, *, follow: bool = True) -> FileStat:
        self.paths.add(path)
        return Host.stat(self, path, follow=follow)

    def listdir(self, path: str) -> list[str]:
        self.paths.add(f"{path}/x.conf")
        return Host.listdir(self, path)

    def glob(self, pattern: str) -> list[str]:
        self.paths.add(pattern.replace("*", "x").replace("?", "y").replace("[", "").replace("]", ""))
        return Host.glob(self, pattern)

    def real_path(self, path: str) -> Path:
        self.paths.add(path)
        return Host.real_path(self, path)


def scanned(root: Path, host: Host | None = None) -> ScanResult:
    snapshot = look(POLICY, host or Host(root=root, now=NOW), "server", lambda name, done, of: None)
    stuck = [str(key) for key, fact in snapshot.facts.items() if fact.reason is Reason.TIMEOUT]
    assert not stuck
    return judged(POLICY, PACK, snapshot, {}, run="6a3ba5a2-9d5e-4bd5-9ee3-bb5e3a4b1c55", now=NOW)


def assert_no_error(result: ScanResult) -> None:
    assert {item.check.id: item.defect for item in result.items if item.outcome is Outcome.ERROR} == {}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every path a scan asks for, found by looking again at a tree in which what was asked for is there."""
    root = tmp_path_factory.mktemp("asked")
    paths: set[str] = set()
    for path in SEEDS:
        plant(root, path, content(b""))
    for _ in range(3):
        host = Asked(root=root, now=NOW)
        assert_no_error(scanned(root, host))
        paths |= {path for path in host.paths if path.strip("/") and "\0" not in path}
        for path in deepest_first(paths):
            plant(root, path, lambda target: target.write_text(""))
    return deepest_first(paths)


def deepest_first(paths: Iterable[str]) -> list[str]:
    """So that what is a folder for one probe stays a folder, whatever another one asks for."""
    return sorted(paths, key=lambda path: (path not in SEEDS, -path.count("/"), path))


def plant(root: Path, path: str, make: Callable[[Path], object]) -> None:
    """Nothing is planted below a file, nor over what is there."""
    target = root / os.path.normpath(path).lstrip("/")
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in SEEDS:
            target.write_text(SEEDS[path])
        elif not os.path.lexists(target):
            make(target)


def content(data: bytes) -> Callable[[Path], object]:
    return lambda target: target.write_bytes(data)


JUNK: dict[str, Callable[[Path], object]] = {
    "fifo": os.mkfifo,
    "folder": lambda target: target.mkdir(),
    "loop": lambda target: target.symlink_to(target.name),
    "away": lambda target: target.symlink_to("/../../../../../../etc/hostname"),
    "root": lambda target: target.symlink_to("/"),
    "empty": content(b""),
    "bytes": content(bytes(range(256)) * 40),
    "zeros": content(bytes(5000)),
    "one long line": content(b"x=" + b"y " * 100_000),
    "one long word": content(b"a" * 60_000),
    "spaces": content(b"x" + b" " * 60_000 + b"y"),
    "continued lines": content(b"a \\\n" * 10_000),
    "separators": content(b":::::::=[]{}()\"'\\,;#$%&|<>\t \r\n" * 50),
    "numbers": content(b"9" * 5000 + b"\n" + b"-1:99999999999999999999:1e999:0x\n" * 50),
    "words": content(
        b"[a]\nInclude *\nMatch all\n@include x\n#include /etc\n%x ALL=(ALL) ALL\nkey value\nk = v\n" * 20
    ),
    "open brackets": content(b"{[(<" * 2000),
}


@with_owners
def test_devices_where_files_belong(tmp_path: Path, asked: list[str]) -> None:
    for path in asked:
        plant(tmp_path, path, lambda target: os.mknod(target, 0o666 | 0o020000, os.makedev(1, 5)))
    assert_no_error(scanned(tmp_path))


@pytest.mark.parametrize("kind", list(JUNK))
def test_the_same_junk_at_every_path(tmp_path: Path, asked: list[str], kind: str) -> None:
    for path in asked:
        plant(tmp_path, path, JUNK[kind])
    result = scanned(tmp_path)
    assert_no_error(result)
    for name in FORMATS:
        load(name)(result, Style(everything=True)).encode("utf-8", "surrogateescape")


def test_ten_megabytes_in_one_line_at_every_path(tmp_path: Path, asked: list[str]) -> None:
    """And as many as may be read: the bound on a file is not what keeps a parser quick."""
    for name, size in (("large", 10 * limits.MIB), ("largest", limits.FILE_BYTES)):
        root = tmp_path / name
        root.mkdir()
        line = tmp_path / f"{name} line"
        line.write_bytes(b"a" * size)
        for path in asked:
            plant(root, path, lambda target, line=line: os.link(line, target))
        assert_no_error(scanned(root))


@given(st.lists(st.sampled_from(list(JUNK)), min_size=7, max_size=7), st.booleans())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_junk_of_every_kind_beside_each_other(tmp_path: Path, asked: list[str], kinds: list[str], over: bool) -> None:
    """over: also where a folder belongs."""
    root = tmp_path / "tree"
    shutil.rmtree(root, ignore_errors=True)
    for number, path in enumerate([*SEEDS, *sorted(asked)] if over else asked):
        plant(root, path, JUNK[kinds[number % len(kinds)]])
    assert_no_error(scanned(root))


def test_names_that_are_no_text_in_every_folder(tmp_path: Path, asked: list[str]) -> None:
    for path in asked:
        plant(tmp_path, path, content(b"x = y\n"))
    for folder, _, _ in list(os.walk(os.fsencode(tmp_path))):
        for name in (b"\xff\xfe.conf", b"a\nb.conf", b"caf\xe9.key", b"\xed\xa0\x80.rules", b"*.timer", b" "):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(b"\xff = \xfe\n")
    result = scanned(tmp_path)
    assert_no_error(result)
    for name in FORMATS:
        load(name)(result, Style(everything=True)).encode()


def test_folders_that_nobody_may_enter_are_never_a_verdict(tmp_path: Path, asked: list[str]) -> None:
    for path in asked:
        plant(tmp_path, path, content(b"x = y\n"))
    tmp_path.chmod(0o755)
    for folder in (tmp_path / "etc", tmp_path / "var"):
        folder.chmod(0)
    parents = [p for p in tmp_path.parents if p.owner() != "root" or not p.stat().st_mode & 0o001]
    before = {parent: parent.stat().st_mode for parent in parents}
    try:
        for parent in parents:
            parent.chmod(before[parent] | 0o011)
        outcomes = as_nobody(lambda: _outcomes(scanned(tmp_path)))
    finally:
        for parent, mode in before.items():
            parent.chmod(mode)
        for folder in (tmp_path / "etc", tmp_path / "var"):
            folder.chmod(0o755)
    counts = Counter(outcome for outcome, _ in outcomes.values())
    assert counts["error"] == 0
    assert counts["unknown"] > 30
    settings_read = [name for name in outcomes if name.startswith("ssh-") and outcomes[name][0] in ("pass", "fail")]
    assert settings_read == [], "nobody could read what sshd is told"


def _outcomes(result: ScanResult) -> dict[str, tuple[str, str]]:
    return json.loads(json.dumps({i.check.id: (i.outcome.value, str(i.reason or "")) for i in result.items}))  # type: ignore[no-any-return]
