from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted

from agent.looking.host import Host
from agent.probes.config import collect
from agent.probes.config.systemd_conf import seconds
from shieldwall.checks.fact import Fact, FactKey

JOURNALD = "/etc/systemd/journald.conf"


def fact(host: Host, app: str, **more: str) -> Fact:
    key = FactKey.of("config", {"app": app, **more})
    return collect([key], host)[key]


def value(root: Path, files: dict[str, str | bytes], app: str, **more: str) -> Any:
    return fact(planted(root, files), app, **more).value


def test_the_last_drop_in_wins_and_says_where(tmp_path: Path) -> None:
    host = planted(
        tmp_path,
        {
            JOURNALD: "# [Journal]\n[Journal]\n#Storage=none\nStorage=volatile\nCompress=no\n[Other]\nSeal=no\n",
            "/usr/lib/systemd/journald.conf.d/50-x.conf": "[Journal]\nStorage=none\n",
            "/etc/systemd/journald.conf.d/60-y.conf": "[Journal]\nstorage = Persistent \nMaxRetentionSec=3month\nCompress=\n",
            "/etc/systemd/journald.conf.d/70-off.conf": "[Journal]\nStorage=none\n",
        },
    )
    (tmp_path / "etc/systemd/journald.conf.d/70-off.conf").unlink()
    (tmp_path / "etc/systemd/journald.conf.d/70-off.conf").symlink_to("/dev/null")
    got = fact(host, "journald")
    assert got.value["storage"] == "persistent" and got.value["persistent"] is True
    assert got.value["retention_days"] == 91
    assert got.value["seal"] == "yes", "another section says nothing"
    assert got.origin("storage") == "/etc/systemd/journald.conf.d/60-y.conf:2"


@pytest.mark.parametrize(
    ("files", "persistent"),
    [
        ({JOURNALD: "[Journal]\n"}, False),
        ({JOURNALD: "[Journal]\n", "/var/log/journal/x": ""}, True),
        ({JOURNALD: "[Journal]\nStorage=persistent\n"}, True),
        ({JOURNALD: "[Journal]\nStorage=volatile\n", "/var/log/journal/x": ""}, False),
        ({JOURNALD: "[Journal]\r\nStorage=persistent\r\n"}, True),
        ({JOURNALD: "Storage=persistent\n"}, False),
        ({JOURNALD: "[Journal]\nStorage='persistent'\n"}, False),
        ({JOURNALD: "[Journal]\nStorage=persistent\nStorage=sometimes\n"}, True),
    ],
)
def test_whether_the_journal_survives_a_restart(
    tmp_path: Path, files: dict[str, str | bytes], persistent: bool
) -> None:
    assert value(tmp_path, files, "journald")["persistent"] is persistent


def test_how_far_back_the_journal_goes(tmp_path: Path) -> None:
    name = "/var/log/journal/0123/system@" + "ab" * 16 + "-0000000000000001-{:016x}.journal"
    files: dict[str, str | bytes] = {
        JOURNALD: "",
        name.format(1_777_000_000_000_000): "",
        name.format(1_790_000_000_000_000): "",
    }
    assert value(tmp_path, files, "journald")["oldest_days"] == 191


def test_no_systemd_is_absent(tmp_path: Path) -> None:
    assert fact(planted(tmp_path, {"/etc/x": ""}), "journald").missing
    assert fact(planted(tmp_path / "y", {"/etc/x": ""}), "resolved").missing


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90", 90), ("30d", 2592000), ("1month 2w", 2629800 + 1209600), ("1.5h", 5400), ("2M", 5259600), ("5m", 300),
     ("500ms", 0.5), ("", None), ("x", None), ("3 parsecs", None), ("-1", None)],
)  # fmt: skip
def test_time_spans(text: str, expected: float | None) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["1d 2h", "3month", "1y 2w", "90min", "45", "2hr 500ms", "1.5h"])
def test_time_spans_are_those_of_systemd(text: str) -> None:
    shown = subprocess.run(["systemd-analyze", "timespan", text], capture_output=True, text=True, check=True).stdout
    microseconds = int(next(line.split()[-1] for line in shown.splitlines() if "μs" in line or "us:" in line))
    assert seconds(text) == pytest.approx(microseconds / 1e6)


@given(st.text(max_size=30))
def test_no_text_is_a_wrong_time_span(text: str) -> None:
    result = seconds(text)
    assert result is None or result >= 0


def test_resolved_with_the_default_of_the_distribution(tmp_path: Path) -> None:
    debian = {"/etc/systemd/resolved.conf": "[Resolve]\n#LLMNR=no\n#DNS=\n"}
    assert value(tmp_path / "a", {**debian}, "resolved")["llmnr"] == "no"
    assert value(tmp_path / "b", {"/etc/systemd/resolved.conf": "[Resolve]\n"}, "resolved")["llmnr"] == "yes"
    changed: dict[str, str | bytes] = {**debian, "/etc/systemd/resolved.conf.d/x.conf": "[Resolve]\nLLMNR=resolve\n"}
    assert value(tmp_path / "c", changed, "resolved")["llmnr"] == "resolve"
    off: dict[str, str | bytes] = {"/etc/systemd/resolved.conf": "[Resolve]\nLLMNR=FALSE\n"}
    assert value(tmp_path / "d", off, "resolved")["llmnr"] == "no"


UNIT = {
    "/usr/lib/systemd/system/web.service": "[Unit]\nDescription=web\n[Service]\nExecStart=/usr/sbin/web \\\n  -f\n"
    "Environment=PASSWORD=secret\nProtectSystem=full\nExecStartPre=/bin/a\n",
    "/etc/systemd/system/web.service.d/10.conf": "[Service]\nProtectSystem=strict\nExecStartPre=/bin/b\n",
    "/etc/systemd/system/web.service.d/20.conf": "[Service]\nExecStart=\nExecStart=/opt/web\n",
}


def test_a_unit_with_its_drop_ins(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, UNIT), "systemd", unit="web")
    assert got.value["service"] == {
        "execstart": "/opt/web", "protectsystem": "strict", "execstartpre": ["/bin/a", "/bin/b"],
    }  # fmt: skip
    assert "secret" not in str(got.to_json())
    assert got.origin("service", "execstart") == "/etc/systemd/system/web.service.d/20.conf:3"
    assert fact(planted(tmp_path, {}), "systemd", unit="none").missing


def test_time_sources(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/etc/chrony/chrony.conf": "# server no\npool 2.debian.pool.ntp.org iburst\nconfdir /etc/chrony/conf.d\n"
        "sourcedir /etc/chrony/sources.d\n! server no\nREFCLOCK PPS /dev/pps0\n",
        "/etc/chrony/conf.d/a.conf": "server ntp.example iburst\n",
        "/etc/chrony/conf.d/a.sources": "server no.example\n",
        "/etc/chrony/sources.d/b.sources": "peer b.example\n",
        "/etc/systemd/timesyncd.conf": "[Time]\n#NTP=\n",
        "/etc/ntp.conf": "driftfile /x\nserver 192.0.2.1 iburst\n",
    }
    got = fact(planted(tmp_path, files), "timesync")
    servers = got.value["chrony"]["servers"]
    assert servers[:4] == ["2.debian.pool.ntp.org", "ntp.example", "b.example", "PPS"]
    assert got.value["timesyncd"] == {"servers": ["(built in)"]}
    assert got.value["ntp"] == {"servers": ["192.0.2.1"]}
    assert got.origin("chrony", "servers", "1") == "/etc/chrony/conf.d/a.conf:1"


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("[Time]\nNTP=a b\n", ["a", "b"]),
        ("[Time]\nFallbackNTP=c\n", ["c"]),
        ("[Time]\nFallbackNTP=\n", []),
        ("[Time]\n", ["(built in)"]),
    ],
)
def test_timesyncd(tmp_path: Path, text: str, servers: list[str]) -> None:
    got = value(tmp_path, {"/etc/systemd/timesyncd.conf": text}, "timesync")
    assert got["timesyncd"]["servers"] == servers


REPOS = {
    "/etc/dnf/dnf.conf": "[main]\ngpgcheck=1\nbest=True\n",
    "/etc/yum.repos.d/a.repo": "# x\n[baseos]\nname=Base\nbaseurl=https://user:pw@mirror.example/x\n  https://two.example\n"
    "enabled=1\n\n[loose]\nbaseurl = http://loose.example/\ngpgcheck = no\n[off]\nenabled=0\ngpgcheck=0\n",
}


def test_repositories_of_dnf(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, REPOS), "dnf")
    assert [(r["id"], r["enabled"], r["gpgcheck"], r["host"]) for r in got.value["repos"]] == [
        ("baseos", True, True, "mirror.example"),
        ("loose", True, False, "loose.example"),
        ("off", False, False, ""),
    ]
    assert got.value["main"]["gpgcheck"] is True
    assert got.origin("repos", "1") == "/etc/yum.repos.d/a.repo:8"
    assert "pw" not in str(got.to_json()["value"]["repos"])


def test_without_a_word_dnf_checks_nothing_and_zypper_checks(tmp_path: Path) -> None:
    repo = "[r]\nbaseurl=https://x.example/\n"
    dnf: dict[str, str | bytes] = {"/etc/dnf/dnf.conf": "[main]\n", "/etc/yum.repos.d/r.repo": repo}
    zypper: dict[str, str | bytes] = {"/etc/zypp/zypp.conf": "[main]\n", "/etc/zypp/repos.d/r.repo": repo}
    assert value(tmp_path / "a", dnf, "dnf")["repos"][0]["gpgcheck"] is False
    assert value(tmp_path / "b", zypper, "dnf")["repos"][0]["gpgcheck"] is True
    assert fact(planted(tmp_path / "c", {"/etc/x": ""}), "dnf").missing
