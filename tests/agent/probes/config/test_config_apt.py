from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted

from agent.looking.host import Host
from agent.probes.config import collect
from agent.probes.config.apt import _Reader, options
from agent.probes.config.unattended_upgrades import covers_security
from shieldwall.checks.fact import Fact, FactKey

PARTS = {
    "/etc/apt/apt.conf.d/20auto-upgrades": 'APT::Periodic::Update-Package-Lists "1";\n'
    'APT::Periodic::Unattended-Upgrade "1";\n',
    "/etc/apt/apt.conf.d/50unattended-upgrades": """\
// a comment with "quotes";
Unattended-Upgrade::Origins-Pattern {
//      "origin=Debian,codename=${distro_codename}-updates";
        "origin=Debian,codename=${distro_codename},label=Debian-Security";
        # another
        "o=Extra,a=stable"; /* in
        two lines */
};
Unattended-Upgrade::Package-Blacklist { "linux-"; };
Unattended-Upgrade::Mail "";
APT { Get { Assume-Yes "false"; }; Periodic { Enable "1"; Verbose 2; }; };
""",
    "/etc/apt/apt.conf.d/60override": 'apt::periodic::UNATTENDED-upgrade "0";\n'
    "#clear Unattended-Upgrade::Package-Blacklist;\n"
    'Unattended-Upgrade::Package-Blacklist:: "mariadb";\nAcquire::http::Proxy::deb.example "http://p:1/";\n',
    "/etc/apt/apt.conf.d/70ignored.dpkg-old": 'APT::Periodic::Unattended-Upgrade "7";\n',
    "/etc/apt/apt.conf": 'APT::Periodic::Enable "0";',
}


def fact(host: Host, app: str) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], host)[key]


def dumped(root: Path) -> dict[str, Any]:
    """What apt-config itself makes of the tree, as ours names it."""
    first = root / "first.conf"
    first.write_text(f'Dir::Etc "{root}/etc/apt/";\n')
    out = subprocess.run(
        ["apt-config", "dump"], capture_output=True, text=True, check=True,
        env={**os.environ, "LC_ALL": "C", "APT_CONFIG": str(first)},
    ).stdout  # fmt: skip
    found: dict[str, Any] = {}
    for line in out.splitlines():
        name, _, value = line.partition(" ")
        text, name = value.removesuffix(";").strip('"'), name.lower()
        if name.endswith("::"):
            before = found.get(name.removesuffix("::"))
            found[name.removesuffix("::")] = [*(before if isinstance(before, list) else []), text]
        elif text or name == "unattended-upgrade::mail":
            found[name] = text
    return found


def test_every_option_is_what_apt_config_says(tmp_path: Path) -> None:
    ours = {name: setting.value for name, setting in options(planted(tmp_path, PARTS)).items()}
    theirs = dumped(tmp_path)
    assert len(ours) == 9
    assert ours == {name: theirs.get(name) for name in ours}
    assert {n for n in theirs if n.startswith(("unattended-upgrade", "apt::periodic"))} <= set(ours)


def test_origins_name_the_line_that_won(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, PARTS), "apt")
    assert got.origin("apt::periodic::unattended-upgrade") == "/etc/apt/apt.conf.d/60override:1"
    assert got.origin("unattended-upgrade::mail") == "/etc/apt/apt.conf.d/50unattended-upgrades:10"


def test_unattended_upgrades_as_it_would_run(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, PARTS), "unattended-upgrades")
    assert got.value == {
        "origins": ["origin=Debian,codename=${distro_codename},label=Debian-Security", "o=Extra,a=stable"],
        "security": True, "blacklist": ["mariadb"], "reboot": False, "periodic": "0",
    }  # fmt: skip
    assert fact(planted(tmp_path / "x", {"/etc/apt/x": ""}), "unattended-upgrades").missing


@pytest.mark.parametrize(
    ("origin", "covered"),
    [
        ("origin=Debian,codename=bookworm,label=Debian-Security", True),
        ("${distro_id}:${distro_codename}-security", True),
        ("${distro_id}:${distro_codename}", False),
        ("origin=Debian,codename=bookworm,label=Debian", False),
        ("origin=Debian", True),
        ("o=Debian,a=stable", False),
        ("", False),
    ],
)
def test_which_patterns_cover_security(origin: str, covered: bool) -> None:
    assert covers_security(origin) is covered


SOURCES = {
    "/etc/apt/sources.list": "deb [arch=amd64 trusted=yes] http://user:secret@repo.example/debian stable main # x\n"
    "# deb http://off.example/ stable main\ndeb-src file:///srv/mirror ./\n",
    "/etc/apt/sources.list.d/debian.sources": "# comment\nTypes: deb\nURIs: https://mirror.example/debian\n"
    "Suites: bookworm\n bookworm-updates\nComponents: main\nSigned-By: /usr/share/keyrings/d.gpg\n\n"
    "Types: deb\nEnabled: no\nURIs: http://x/\nSuites: s\n\n"
    "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\nAllow-Insecure: YES\n",
}


def test_sources_in_both_forms(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, SOURCES), "apt")
    rows = [
        (s["scheme"], s["host"], s["suite"], s["trusted"], s["signed_by"], s["security"]) for s in got.value["sources"]
    ]
    assert rows == [
        ("http", "repo.example", "stable", True, False, False),
        ("file", "", "./", False, False, False),
        ("https", "mirror.example", "bookworm", False, True, False),
        ("https", "mirror.example", "bookworm-updates", False, True, False),
        ("http", "mirror.example", "bookworm-security", True, False, True),
    ]
    assert "secret" not in str(got.to_json()), "a password in an address is not evidence"
    assert got.origin("sources", "4") == "/etc/apt/sources.list.d/debian.sources:14"


@given(st.text(alphabet='AB:{};"\\/*# \n#clear', max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    _Reader({}, "x").read(text)
