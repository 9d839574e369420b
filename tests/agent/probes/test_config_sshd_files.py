"""Where the sshd probe looks, what it names as origin, and what it refuses, without asking sshd."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config import collect
from agent.probes.config.sshd.match import Connection
from agent.probes.config.sshd.reading import Pass, Reader
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason


def at(root: Path, files: dict[str, str | bytes]) -> Host:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Host(root=root)


def look(host: Host, **args: str) -> Fact:
    key = FactKey.of("config", {"app": "sshd", **args})
    return collect([key], host)[key]


def test_origin_names_file_and_line_of_the_line_that_won(tmp_path: Path) -> None:
    host = at(tmp_path, {
        "etc/ssh/sshd_config": "# x\nInclude sshd_config.d/*.conf\nPermitRootLogin yes\n",
        "etc/ssh/sshd_config.d/50.conf": "\nPermitRootLogin no\n",
    })  # fmt: skip
    fact = look(host)
    assert fact.value["permitrootlogin"] == "no"
    assert fact.origin("permitrootlogin") == "/etc/ssh/sshd_config.d/50.conf:2"
    assert fact.origin("maxauthtries") == "default"


def test_values_that_match_blocks_set_are_all_there(tmp_path: Path) -> None:
    text = "PermitRootLogin no\nMatch Address 10.0.0.0/8\nPermitRootLogin yes\nMatch Host x\nPermitRootLogin no\n"
    fact = look(at(tmp_path, {"etc/ssh/sshd_config": text}))
    assert fact.value["permitrootlogin"] == "no"
    assert fact.value["every"]["permitrootlogin"] == ["no", "yes"]
    assert fact.value["match_overrides"] == ["permitrootlogin"]
    assert fact.origin("every", "permitrootlogin", "1") == "/etc/ssh/sshd_config:3"


def test_user_argument_takes_groups_from_the_tree(tmp_path: Path) -> None:
    host = at(tmp_path, {
        "etc/passwd": "ann:x:1000:100:::\n",
        "etc/group": "users:x:100:\nstaff:x:50:bob,ann\n",
        "etc/ssh/sshd_config": "Match Group staff\nPasswordAuthentication no\n",
    })  # fmt: skip
    assert look(host, user="ann").value["passwordauthentication"] == "no"
    assert look(host, user="eve").value["passwordauthentication"] == "yes"
    assert look(host).value["passwordauthentication"] == "yes"


def test_no_file_means_compiled_in_defaults(tmp_path: Path) -> None:
    fact = look(at(tmp_path, {}))
    assert fact.value["permitrootlogin"] == "prohibit-password"
    assert fact.value["every"]["permitrootlogin"] == ["prohibit-password"]


def test_the_shipped_file_of_suse_counts_while_etc_has_none(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"usr/etc/ssh/sshd_config": "PermitRootLogin yes\n"}
    assert look(at(tmp_path, files)).value["permitrootlogin"] == "yes"
    files = {"etc/ssh/sshd_config": "PermitRootLogin no\n"}
    assert look(at(tmp_path, files)).value["permitrootlogin"] == "no"


@pytest.mark.parametrize("link", ["/nowhere", "/etc/ssh/sshd_config.d/loop.conf"])
def test_a_drop_in_that_leads_nowhere_is_unknown(tmp_path: Path, link: str) -> None:
    host = at(tmp_path, {"etc/ssh/sshd_config": "Include sshd_config.d/*.conf\n"})
    (tmp_path / "etc/ssh/sshd_config.d").mkdir()
    (tmp_path / "etc/ssh/sshd_config.d/loop.conf").symlink_to(link)
    assert look(host).reason in (Reason.PARSE, Reason.REFUSED)


def test_a_fifo_or_an_enormous_line_ends_at_once(tmp_path: Path) -> None:
    host = at(tmp_path, {"etc/ssh/sshd_config": "Include sshd_config.d/*.conf\n"})
    (tmp_path / "etc/ssh/sshd_config.d").mkdir()
    os.mkfifo(tmp_path / "etc/ssh/sshd_config.d/fifo.conf")
    assert look(host).reason is Reason.REFUSED
    (tmp_path / "etc/ssh/sshd_config").write_bytes(b"PermitRootLogin " + b"x" * 10_000_000)
    assert look(Host(root=tmp_path)).reason is Reason.REFUSED


def test_an_include_that_doubles_itself_is_refused_early(tmp_path: Path) -> None:
    host = at(tmp_path, {
        "etc/ssh/sshd_config": "Include a/0 a/0\n",
        **{f"etc/ssh/a/{n}": f"Include a/{n + 1} a/{n + 1}\n" for n in range(15)},
        "etc/ssh/a/15": "",
    })  # fmt: skip
    assert look(host).reason is Reason.REFUSED


def test_syntax_is_judged_in_all_blocks(tmp_path: Path) -> None:
    host = at(tmp_path, {"etc/ssh/sshd_config": "Match User nobody\nPermitRootLogin maybe\n"})
    fact = look(host)
    assert fact.reason is Reason.PARSE
    assert "/etc/ssh/sshd_config:2" in fact.detail
    files: dict[str, str] = {}
    with pytest.raises(UnreadableError):
        list(Reader(host, Pass.EVERY_BLOCK, Connection(), files).read("/etc/ssh/sshd_config"))
