"""Files, the one walk and text lines, on friendly and hostile trees, as root and as an ordinary user."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from planted import planted
from unprivileged import as_nobody, with_owners

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes import file, text, walk
from agent.probes.walk.index import walk as walk_tree
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey

FINDS = ("world_writable", "suid", "unowned", "no_sticky", "key_files", "home", "credentials")
PASSWD = "root:x:0:0::/root:/bin/bash\nanna:x:1000:1000::/home/anna:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/false\n"
GROUP = "root:x:0:\nanna:x:1000:\n"


def one_file(host: Host, **args: str) -> Fact:
    key = FactKey.of("file", args)
    return file.collect([key], host)[key]


def found(host: Host, find: str) -> Any:
    key = FactKey.of("walk", {"find": find})
    return walk.collect([key], host)[key].value


def lines(host: Host, **args: str) -> Fact:
    key = FactKey.of("text", args)
    return text.collect([key], host)[key]


def small(root: Path) -> Host:
    return planted(root, {"/etc/passwd": PASSWD, "/etc/group": GROUP})


@with_owners
def test_a_file_says_what_it_is_and_whose(tmp_path: Path) -> None:
    host = small(tmp_path)
    os.chmod(tmp_path / "etc/passwd", 0o640)
    os.chown(tmp_path / "etc/passwd", 1000, 4711)
    value = one_file(host, path="/etc/passwd").value
    assert (value["type"], value["mode"], value["uid"], value["owner"]) == ("file", "0640", 1000, "anna")
    assert (value["gid"], value["group"], value["link"]) == (4711, {"?": "absent"}, {"?": "absent"})


def test_a_link_is_followed_inside_the_tree_only(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("secret")
    host = planted(tmp_path / "root", {"/etc/real": "x"},
                   {"/etc/link": "real", "/etc/out": str(outside), "/etc/up": "../../../../outside"})  # fmt: skip
    assert one_file(host, path="/etc/link").value["link"] == "/etc/real"
    assert one_file(host, path="/etc/out").missing
    assert one_file(host, path="/etc/up").missing


def test_a_glob_gives_a_record_each_and_a_dangling_link_is_named(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/cron.d/a": "", "/etc/cron.d/b": ""}, {"/etc/cron.d/c": "nowhere"})
    value = one_file(host, glob="/etc/cron.d/*").value
    assert [item["path"] for item in value] == ["/etc/cron.d/a", "/etc/cron.d/b", "/etc/cron.d/c"]
    assert value[2] == {"path": "/etc/cron.d/c", "type": "dangling"}
    assert one_file(host, glob="/nowhere/*").value == []


def hostile(root: Path) -> Host:
    host = small(root)
    os.mkfifo(root / "etc/fifo")
    os.mknod(root / "etc/device", 0o600 | 0o020000, os.makedev(1, 5))
    (root / "etc/loop").symlink_to("loop")
    (root / "etc/away").symlink_to("/../../../../../etc/hostname")
    Path(os.fsdecode(os.fsencode(root) + b"/etc/caf\xe9.key")).write_bytes(b"\xff\xfe" * 10)
    (root / "etc/huge.conf").touch()
    os.truncate(root / "etc/huge.conf", limits.FILE_BYTES + 1)
    (root / "etc/long.conf").write_text("x" * 100_000 + " needle\nneedle\n")
    return host


@with_owners
def test_nothing_on_a_hostile_tree_blocks_or_crashes(tmp_path: Path) -> None:
    host = hostile(tmp_path)
    assert one_file(host, path="/etc/fifo").value["type"] == "fifo"
    assert one_file(host, path="/etc/device").value["type"] == "device"
    assert one_file(host, path="/etc/loop").reason == "refused"
    for name in ("fifo", "device", "loop", "huge.conf"):
        assert lines(host, path=f"/etc/{name}", pattern=".").reason == "refused"
    assert lines(host, path="/etc/away", pattern=".").missing
    assert [line["line"] for line in lines(host, path="/etc/long.conf", pattern="needle").value] == [2]
    value = lines(host, glob="/etc/*.conf", pattern="needle").value
    assert {"?": "refused"} in value and len(value) == 2
    for find in FINDS:
        json.dumps(found(host, find)).encode()


@with_owners
def test_a_walk_sorts_files_into_the_questions_they_answer(tmp_path: Path) -> None:
    host = planted(tmp_path, {
        "/etc/passwd": PASSWD, "/etc/group": GROUP, "/srv/open.txt": "", "/opt/tool": "", "/usr/bin/sudo": "",
        "/srv/old": "", "/srv/app/tls.key": "-----BEGIN PRIVATE KEY-----", "/srv/app/public.key": "just words",
        "/var/www/shop/.env": "x", "/root/.pgpass": "x", "/var/lib/dpkg/info/sudo.list": "/bin/sudo\n",
        "/home/anna/x": "", "/proc/1/status": "", "/var/lib/docker/overlay2/x/bin/su": "",
    })  # fmt: skip
    modes = {"srv/open.txt": 0o666, "opt/tool": 0o4755, "usr/bin/sudo": 0o4755, "srv/old": 0o644, "root": 0o700,
             "srv/app/tls.key": 0o644, "var/lib/docker/overlay2/x/bin/su": 0o4755, "proc/1/status": 0o666}  # fmt: skip
    for path, mode in modes.items():
        os.chmod(tmp_path / path, mode)
    for path, mode in {"srv/drop": 0o777, "srv/tmp": 0o1777}.items():
        (tmp_path / path).mkdir()
        os.chmod(tmp_path / path, mode)
    os.chown(tmp_path / "srv/old", 4711, 0)
    os.chown(tmp_path / "home/anna", 1000, 1000)

    def paths(find: str) -> list[str]:
        return [item["path"] for item in found(host, find)["items"]]

    assert paths("world_writable") == ["/srv/open.txt"]
    assert paths("no_sticky") == ["/srv/drop"]
    assert [(i["path"], i["owned_by_package"]) for i in found(host, "suid")["items"]] == [
        ("/opt/tool", False), ("/usr/bin/sudo", True),
    ]  # fmt: skip
    assert paths("unowned") == ["/srv/old"]
    assert [(i["path"], i["exposed"]) for i in found(host, "key_files")["items"]] == [("/srv/app/tls.key", True)]
    assert [(i["path"], i["exposed"]) for i in found(host, "credentials")["items"]] == [
        ("/var/www/shop/.env", True), ("/root/.pgpass", False),
    ]  # fmt: skip
    assert [(i["user"], i["own"]) for i in found(host, "home")["items"]] == [("anna", True), ("root", True)]


def test_all_questions_share_one_walk(tmp_path: Path) -> None:
    host = small(tmp_path)
    keys = [FactKey.of("walk", {"find": find}) for find in FINDS]
    facts = walk.collect(keys, host)
    assert {fact.source for key, fact in facts.items() if key.arg("find") != "home"} == {
        f"{walk_tree(host).entries} files and folders below {tmp_path}"
    }


def test_many_findings_are_counted_and_the_most_telling_are_shown(tmp_path: Path) -> None:
    host = small(tmp_path)
    for number in range(limits.EVIDENCE_ITEMS + 10):
        target = tmp_path / f"etc/{number:03}"
        target.touch()
        os.chmod(target, 0o666)
    value = found(host, "world_writable")
    assert (len(value["items"]), value["count"]) == (limits.EVIDENCE_ITEMS, limits.EVIDENCE_ITEMS + 10)


def look_around(root: Path) -> dict[str, Any]:
    host = Host(root=root)
    keys = [FactKey.of("walk", {"find": find}) for find in ("suid", "world_writable", "key_files", "home")]
    out = {key.arg("find"): walk.collect([key], host)[key].to_json() for key in keys}
    for path in ("/closed/inside", "/etc/passwd"):
        key = FactKey.of("file", {"path": path})
        out[path] = file.collect([key], host)[key].to_json()
    return out


def test_without_privilege_a_clean_walk_is_unknown_and_a_finding_stays(tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o755)
    for parent in list(tmp_path.parents)[:-1]:
        if parent.stat().st_mode & 0o001 == 0:
            os.chmod(parent, parent.stat().st_mode | 0o011)
    small(tmp_path)
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "inside").touch()
    os.chmod(closed / "inside", 0o4755)
    os.chmod(closed, 0o700 if os.geteuid() == 0 else 0)
    (tmp_path / "open").touch()
    os.chmod(tmp_path / "open", 0o666)
    seen = as_nobody(lambda: look_around(tmp_path))
    assert seen["suid"]["value"] == {"items": [{"?": "privilege"}], "count": 0, "complete": False}
    assert [item.get("path") for item in seen["world_writable"]["value"]["items"]] == ["/open", None]
    assert seen["/closed/inside"]["unknown"] == "privilege"
    assert seen["/etc/passwd"]["value"]["mode"] == "0644"
    os.chmod(closed, 0o700)
    assert found(Host(root=tmp_path), "suid")["items"][0]["path"] == "/closed/inside"


def test_text_drops_comments_and_gives_groups(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/x.conf": "# umask 022\n  umask 027  \r\numask 077"})
    value = lines(host, path="/etc/x.conf", pattern=r"umask\s+([0-7]+)", comment="#").value
    assert [(line["line"], line["groups"], line["text"]) for line in value] == [
        (2, ["027"], "umask 027"),
        (3, ["077"], "umask 077"),
    ]
    assert len(lines(host, path="/etc/x.conf", pattern="umask").value) == 3
    assert lines(host, path="/etc/none", pattern="x").missing


@pytest.mark.parametrize("path", ["/etc/shadow", "/etc/link", "/home/anna/notes", "/etc/ssl/private/web.key"])
def test_text_refuses_what_may_hold_secrets(tmp_path: Path, path: str) -> None:
    host = planted(tmp_path, {"/etc/shadow": "root:x", "/home/anna/notes": "x", "/etc/ssl/private/web.key": "x"},
                   {"/etc/link": "shadow"})  # fmt: skip
    assert lines(host, path=path, pattern=".").reason == "refused"


def test_a_path_that_is_not_there_stays_absent(tmp_path: Path) -> None:
    host = small(tmp_path)
    assert one_file(host, path="/etc/none/deeper").missing
    with pytest.raises(AbsentError):
        host.stat("/etc/none")
