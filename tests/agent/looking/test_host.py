"""Looking at a host through its gateway: nothing outside the root, nothing that blocks, absent apart from unseen."""

import os
from pathlib import Path

import pytest

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from shieldwall import limits
from shieldwall.checks.outcome import Reason


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "passwd").write_text("root:x:0:0\n")
    return root


def test_links_stay_inside_the_root(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of this machine")
    (tree / "etc" / "absolute").symlink_to("/etc/passwd")
    (tree / "etc" / "climbing").symlink_to("../../../../../../etc/passwd")
    (tree / "etc" / "out").symlink_to("../../secret")
    (tree / "link").symlink_to("/etc")
    host = Host(root=tree)
    for path in ("/etc/absolute", "/etc/climbing", "/link/passwd", "/etc/../etc/passwd", "//etc/./passwd"):
        assert host.text(path) == "root:x:0:0\n"
        assert host.canonical(path) == "/etc/passwd"
    with pytest.raises(AbsentError):
        host.read("/etc/out")


def test_loops_end(tree: Path) -> None:
    (tree / "a").symlink_to("/b")
    (tree / "b").symlink_to("/a")
    with pytest.raises(UnreadableError) as caught:
        Host(root=tree).read("/a")
    assert caught.value.reason is Reason.REFUSED


def test_fifos_devices_and_folders_do_not_block(tree: Path) -> None:
    os.mkfifo(tree / "etc" / "fifo")
    host = Host(root=tree)
    for path in ("/etc/fifo", "/etc"):
        with pytest.raises(UnreadableError) as caught:
            host.read(path)
        assert caught.value.reason is Reason.REFUSED
    assert host.stat("/etc/fifo").kind == "fifo"


def test_large_files_are_refused_and_odd_bytes_survive(tree: Path) -> None:
    (tree / "large").write_bytes(b"x" * (limits.FILE_BYTES + 1))
    (tree / "odd").write_bytes(b"\xff\xfe\x00 name")
    host = Host(root=tree)
    with pytest.raises(UnreadableError, match="larger"):
        host.read("/large")
    assert host.text("/odd").encode("utf-8", "surrogateescape") == b"\xff\xfe\x00 name"


def test_absent_is_seen_and_tools_are_for_the_live_host(tree: Path) -> None:
    host = Host(root=tree)
    assert host.exists("/etc/passwd")
    assert not host.exists("/etc/none")
    assert not host.exists("/etc/passwd/below")
    assert host.glob("/etc/*") == ["/etc/passwd"]
    assert host.glob("/none/*") == []
    for look in (lambda: host.run("nft", "list"), lambda: host.need_live("sockets")):
        with pytest.raises(UnreadableError) as caught:
            look()
        assert caught.value.reason is Reason.UNSUPPORTED


def test_once_makes_a_thing_once(tree: Path) -> None:
    host, made = Host(root=tree), []
    for _ in range(3):
        host.once("x", lambda: made.append(1))
    assert made == [1]
