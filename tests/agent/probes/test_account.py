from __future__ import annotations

import os
import struct
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.looking.host import Host
from agent.probes.account import collect
from agent.probes.account.secrets import scheme
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROOT = "root:x:0:0:root:/root:/bin/bash\n"
ROOT_GROUP = "root:x:0:\nsudo:x:27:\n"


def host(root: Path, **files: str) -> Host:
    etc = root / "etc"
    etc.mkdir(parents=True, exist_ok=True)
    for name, text in ({"passwd": ROOT, "group": ROOT_GROUP, "shadow": "root:*:1::::::\n"} | files).items():
        (etc / name.replace("login_defs", "login.defs")).write_text(text, errors="surrogateescape")
    return Host(root=root, now=NOW)


def look(where: Host, part: str) -> Fact:
    key = FactKey.of("account", {"part": part})
    return collect([key], where)[key]


def users(where: Host) -> dict[str, dict[str, Any]]:
    return {record["name"]: record for record in look(where, "users").value}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("$y$j9T$abc$def", "yescrypt"), ("$gy$j9T$a$b", "gost-yescrypt"), ("$6$salt$x", "sha512"), ("$5$s$x", "sha256"),
        ("$2b$05$abc", "bcrypt"), ("$1$salt$x", "md5"), ("abJnggxhB/yWI", "des"), ("!$1$salt$x", "md5"), ("", "none"),
        ("*", "none"), ("!", "none"), ("!!", "none"), ("x", "none"), ("NP", "none"), ("$6$", "none"), ("!*", "none"),
        ("_J9..rasmBYk8r9AiWNc", "bsdi"), ("$sha1$a$b", "sha1"), ("$3$$x", "nt"),
    ],
)  # fmt: skip
def test_scheme_of_a_password_field(field: str, name: str) -> None:
    assert scheme(field) == name


@pytest.mark.parametrize("name", ["yescrypt", "gost-yescrypt", "scrypt", "sha512", "sha256", "bcrypt", "md5", "des"])
def test_scheme_of_what_the_system_hashes_itself(name: str) -> None:
    made = subprocess.run(
        ["perl", "-e", "print crypt('pw', $ARGV[0])", SALTS[name]], capture_output=True, text=True, check=True
    )
    assert len(made.stdout) >= 13
    assert scheme(made.stdout) == name


SALTS = {
    "yescrypt": "$y$j75$abcdefgh", "gost-yescrypt": "$gy$j75$abcdefgh", "scrypt": "$7$CU..../....abcdefgh", "sha512": "$6$saltsalt",
    "sha256": "$5$saltsalt", "bcrypt": "$2b$04$abcdefghijklmnopqrstuu", "md5": "$1$saltsalt", "des": "ab",
}  # fmt: skip


def test_what_is_said_of_an_ordinary_account(tmp_path: Path) -> None:
    where = host(
        tmp_path,
        passwd=ROOT + "ann:x:1000:1000:Ann:/home/ann:/bin/bash\n",
        shadow="ann:$y$j9T$s$h:20000:1:90:7:30:20606:\n",
    )
    assert users(where)["ann"] == {
        "name": "ann", "uid": 1000, "gid": 1000, "home": "/home/ann", "shell": "/bin/bash", "system": False,
        "interactive": True, "human": True, "admin": False, "shadowed": True, "locked": False, "empty_password": False,
        "hash": "yescrypt", "min_days": 1, "max_days": 90, "inactive_days": 30, "last_change": "2024-10-04T00:00:00Z",
        "expires": "2026-06-02T00:00:00Z", "expired": False, "last_seen": {"?": "unsupported"}, "at_screen": False,
    }  # fmt: skip
    assert look(where, "users").origin("1", "uid") == "/etc/passwd:2"


def test_no_hash_in_any_value(tmp_path: Path) -> None:
    where = host(
        tmp_path, passwd=ROOT + "ann:$1$sec$ret:1:1:::\n", shadow="root:$6$sec$ret:1::::::\nbroken:$6$sec$ret\n"
    )
    for part in ("users", "groups", "passwords", "ids"):
        assert "ret" not in str(look(where, part).to_json()).replace("secret", "")


def test_shadow_unreadable_leaves_marks_and_the_rest(tmp_path: Path) -> None:
    where = host(tmp_path)
    (tmp_path / "etc/shadow").unlink()
    os.mkfifo(tmp_path / "etc/shadow")
    record = users(where)["root"]
    assert record["uid"] == 0
    assert record["empty_password"] == record["hash"] == record["locked"] == {"?": "refused"}
    assert look(where, "passwords").reason is Reason.REFUSED


@pytest.mark.parametrize(
    ("line", "locked", "empty"),
    [
        ("root:*:1::::::", True, False), ("root:!:1::::::", True, False), ("root::1::::::", False, True),
        ("root:$6$a$b:1::::::", False, False), ("root:!$6$a$b:1::::::", True, False), ("root:", False, True),
        ("other:$6$a$b:1::::::", True, False), ("root::", False, True), ("root:x:1::::::", True, False),
    ],
)  # fmt: skip
def test_locked_and_empty(tmp_path: Path, line: str, locked: bool, empty: bool) -> None:
    record = users(host(tmp_path, shadow=line + "\n"))["root"]
    assert (record["locked"], record["empty_password"]) == (locked, empty)


def test_password_in_passwd_itself_counts(tmp_path: Path) -> None:
    where = host(tmp_path, passwd="root::0:0:::\nann:$1$a$b:1000:1:::/bin/sh\n", shadow="ann:*:1::::::\n")
    found = users(where)
    assert found["root"]["empty_password"] is True
    assert (found["ann"]["hash"], found["ann"]["shadowed"], found["ann"]["locked"]) == ("md5", False, False)
    assert look(where, "passwords").value["not_shadowed"] == ["ann", "root"]


@pytest.mark.parametrize(
    ("shell", "interactive"),
    [("/bin/bash", True), ("", True), ("/usr/sbin/nologin", False), ("/bin/false", False), ("/bin/sync", False),
     ("/usr/bin/git-shell", False), ("/bin/falsehood", True)],
)  # fmt: skip
def test_shells(tmp_path: Path, shell: str, interactive: bool) -> None:
    record = users(host(tmp_path, passwd=f"root:x:0:0::/root:{shell}\n"))["root"]
    assert record["interactive"] is interactive


def test_system_is_below_uid_min_of_login_defs_and_nobody(tmp_path: Path) -> None:
    passwd = (
        "root:x:0:0:::\na:x:999:1:::/bin/sh\nb:x:1000:1:::/bin/sh\nc:x:500:1:::/bin/sh\nnobody:x:65534:1:::/bin/sh\n"
    )
    assert {n: r["system"] for n, r in users(host(tmp_path, passwd=passwd)).items()} == {
        "root": False, "a": True, "b": False, "c": True, "nobody": True,
    }  # fmt: skip
    lower = host(tmp_path, passwd=passwd, login_defs="#UID_MIN 100\nUID_MIN\t\t 500\n")
    assert users(lower)["c"]["human"] is True


def test_administrators_by_group_by_primary_group_by_sudo_and_by_uid(tmp_path: Path) -> None:
    passwd = ROOT + "".join(f"{n}:x:{1000 + i}:{g}:::/bin/sh\n" for i, (n, g) in enumerate(
        [("member", 100), ("primary", 27), ("rule", 100), ("narrow", 100), ("bygroup", 50), ("none", 100)]
    )) + "toor:x:000:0:::/bin/sh\n"  # fmt: skip
    where = host(
        tmp_path, passwd=passwd, group="root:x:0:\nsudo:x:27:member\nops:x:50:\nusers:x:100:\n",
        sudoers="rule ALL=(ALL) ALL\nnarrow ALL=(ALL) /bin/ls\nnarrow ALL=(www) ALL\n%ops ALL=ALL\n",
    )  # fmt: skip
    assert {n for n, r in users(where).items() if r["admin"]} == {
        "root", "toor", "member", "primary", "rule", "bygroup",
    }  # fmt: skip


def test_sudoers_that_cannot_be_understood_leaves_the_question_open(tmp_path: Path) -> None:
    where = host(tmp_path, passwd=ROOT + "ann:x:1000:100:::/bin/sh\n", sudoers="nonsense\n")
    assert users(where)["ann"]["admin"] == {"?": "parse"}
    assert users(where)["root"]["admin"] is True


def test_last_seen_is_the_later_of_login_and_change(tmp_path: Path) -> None:
    where = host(tmp_path, passwd=ROOT + "ann:x:1:1:::\n", shadow="root:*:20000::::::\nann:*:::::::\n")
    log = tmp_path / "var/log/lastlog"
    log.parent.mkdir(parents=True)
    log.write_bytes(struct.pack("<i32s256s", int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()), b"tty1", b""))
    assert users(where)["root"]["last_seen"] == "2025-01-01T00:00:00Z"
    assert users(where)["ann"]["last_seen"] == {"?": "absent"}
    log.write_bytes(bytes(292))
    assert users(host(tmp_path))["root"]["last_seen"] == "1970-01-02T00:00:00Z"


def test_ids(tmp_path: Path) -> None:
    where = host(
        tmp_path,
        passwd="root:x:0:0:::\ntoor:x:000:0:::\nann:x:1000:7:::\nann:x:1001:0:::\nshort:x:1\nbad:x:y:0:::\n+nis::::::\n",
        group="root:x:0:\nwheel:x:0:\nadm:x:4:\nadm:x:5:\nbroken:x\n",
    )
    assert look(where, "ids").value == {
        "uid_zero": ["root", "toor"],
        "duplicate_uids": [{"id": 0, "names": ["root", "toor"]}],
        "duplicate_gids": [{"id": 0, "names": ["root", "wheel"]}],
        "duplicate_names": ["ann"],
        "duplicate_group_names": ["adm"],
        "without_group": ["ann"],
        "malformed": ["/etc/passwd:5", "/etc/passwd:6", "/etc/group:5"],
    }


def test_groups_with_primary_members(tmp_path: Path) -> None:
    where = host(tmp_path, passwd=ROOT + "ann:x:1000:27:::\n", group="root:x:0:\nsudo:x:27:bob, eve\n")
    assert look(where, "groups").value[1] == {
        "name": "sudo",
        "gid": 27,
        "members": ["ann", "bob", "eve"],
        "admin": True,
    }


def test_human_administrators(tmp_path: Path) -> None:
    passwd = ROOT + "ann:x:1000:27:::/bin/sh\nbot:x:999:27:::/bin/sh\neve:x:1001:100:::/bin/sh\n"
    assert look(host(tmp_path, passwd=passwd), "admins").value == {"human": ["ann"]}
    assert look(host(tmp_path, passwd=passwd, sudoers="nonsense\n"), "admins").value == {"human": {"?": "parse"}}


def test_who_is_at_the_screen(tmp_path: Path) -> None:
    where = host(tmp_path, passwd=ROOT + "ann:x:1000:1:::/bin/sh\neve:x:1001:1:::/bin/sh\n")
    sessions = tmp_path / "run/systemd/sessions"
    sessions.mkdir(parents=True)
    (sessions / "1").write_text("# this is private\nUID=1000\nUSER=ann\nTYPE=wayland\nCLASS=user\n")
    (sessions / "2").write_text("UID=1001\nTYPE=tty\nCLASS=user\n")
    (sessions / "c1").write_text("UID=0\nTYPE=x11\nCLASS=greeter\n")
    assert {n: r["at_screen"] for n, r in users(where).items()} == {"root": False, "ann": True, "eve": False}


@pytest.mark.parametrize(
    ("kind", "bits", "name"),
    [("rsa", 1024, "rsa"), ("rsa", 2048, "rsa"), ("ecdsa", 384, "ecdsa"), ("ed25519", 256, "ed25519")],
)
def test_kind_and_length_of_authorized_keys(tmp_path: Path, kind: str, bits: int, name: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", str(bits), "-N", "", "-f", str(tmp_path / "key")], check=True)
    folder = tmp_path / "home/ann/.ssh"
    folder.mkdir(parents=True, mode=0o700)
    text = (tmp_path / "key.pub").read_text()
    (folder / "authorized_keys").write_text(f'# mine\nfrom="10.0.0.1",command="echo a b" {text}\nssh-dss broken\n')
    (folder / "authorized_keys").chmod(0o660)
    where = host(tmp_path, passwd=f"ann:x:{os.getuid()}:0::/home/ann:/bin/sh\n")
    assert look(where, "ssh_keys").value == [{
        "user": "ann", "path": "/home/ann/.ssh/authorized_keys", "mode": "0660", "dir_mode": "0700", "own": True,
        "keys": [{"type": name, "bits": bits}, {"type": "dsa", "bits": 0}],
    }]  # fmt: skip


def test_authorized_keys_lie_where_sshd_looks(tmp_path: Path) -> None:
    where = host(tmp_path, passwd="ann:x:0:0::/home/ann:/bin/sh\n")
    (tmp_path / "etc/ssh/keys").mkdir(parents=True)
    (tmp_path / "etc/ssh/sshd_config").write_text("AuthorizedKeysFile /etc/ssh/keys/%u\n")
    (tmp_path / "etc/ssh/keys/ann").write_text("")
    assert [record["path"] for record in look(where, "ssh_keys").value] == ["/etc/ssh/keys/ann"]


PWCK = [
    (ROOT, ROOT_GROUP, "root:*:1::::::\n", True),
    (ROOT + ROOT, ROOT_GROUP, "root:*:1::::::\n", False),
    (ROOT + "short:x:1\n", ROOT_GROUP, "root:*:1::::::\n", False),
    (ROOT + "ann:x:1000:77::/:/bin/sh\n", ROOT_GROUP, "root:*:1::::::\nann:*:1::::::\n", False),
    (ROOT + "ann:x:1000:27::/:/bin/sh\n", ROOT_GROUP, "root:*:1::::::\nann:*:1::::::\n", True),
    (ROOT + "ann:x:1000:27::/:/bin/sh\n", ROOT_GROUP, "root:*:1::::::\n", False),
    (ROOT, ROOT_GROUP, "root:*:1::::::\nghost:*:1::::::\n", False),
    (ROOT, ROOT_GROUP, "root:*:1::::::\nroot:*:1\n", False),
]


@pytest.mark.parametrize(("passwd", "group", "shadow", "good"), PWCK)
def test_agrees_with_pwck(tmp_path: Path, passwd: str, group: str, shadow: str, good: bool) -> None:
    """Without -R, which asks for root: pwck then takes groups, homes and shells of this host, which has those named."""
    where = host(tmp_path, passwd=passwd, group=group, shadow=shadow)
    files = [str(tmp_path / "etc/passwd"), str(tmp_path / "etc/shadow")]
    done = subprocess.run(["/usr/sbin/pwck", "-r", *files], capture_output=True)
    assert (done.returncode == 0) is good, done.stdout
    ids, passwords = look(where, "ids").value, look(where, "passwords").value
    found = [*ids["duplicate_names"], *ids["malformed"], *ids["without_group"], *passwords["malformed"],
             *passwords["without_user"], *passwords["without_shadow_entry"]]  # fmt: skip
    assert (not found) is good


def test_bytes_that_are_no_text_and_endless_lines_are_survived(tmp_path: Path) -> None:
    where = host(tmp_path, passwd=ROOT + "\udcff\udcfe:x:1:1:::\n" + "y" * 1_000_000 + "\n:::::::::\n\0\n")
    assert look(where, "ids").value["malformed"] == ["/etc/passwd:3", "/etc/passwd:4", "/etc/passwd:5"]
