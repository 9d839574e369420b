from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from agent.looking.host import Host
from agent.probes.config import collect
from shieldwall.checks.fact import Fact, FactKey


def fact(host: Host, app: str) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], host)[key]


def value(root: Path, files: dict[str, str | bytes], app: str) -> Any:
    return fact(planted(root, files), app).value


RSYSLOG = """\
module(load="imuxsock") # local
module(load="imudp")
#module(load="imtcp")
$FileCreateMode 0640
$IncludeConfig /etc/rsyslog.d/*.conf
*.*;auth,authpriv.none -/var/log/syslog
auth,authpriv.*\t\t/var/log/auth.log
mail.* action(type="omfile"
              file="/var/log/mail.log"
              fileCreateMode="0600")
"""


def test_rsyslog_in_both_syntaxes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/etc/rsyslog.conf": RSYSLOG,
        "/etc/rsyslog.d/10-in.conf": 'input(type="imudp" port="514")\n$InputTCPServerRun 514\n',
        "/etc/rsyslog.d/20-out.conf": "# *.* @no.example\n*.* @@logs.example:6514\n"
        'action(type="omfwd" target="b.example" protocol="tcp" StreamDriver="gtls" StreamDriverMode="1")\n',
    }
    got = fact(planted(tmp_path, files), "rsyslog")
    assert got.value["forward"] == [{"protocol": "tcp", "tls": False}, {"protocol": "tcp", "tls": True}]
    assert got.value["listens"] == ["tcp", "udp"]
    assert got.value["modules"] == ["imuxsock", "imudp"]
    assert [(f["path"], f["mode"]) for f in got.value["files"]] == [
        ("/var/log/syslog", "0640"), ("/var/log/auth.log", "0640"), ("/var/log/mail.log", "0600"),
    ]  # fmt: skip
    assert got.origin("forward", "0") == "/etc/rsyslog.d/20-out.conf:2"
    assert "logs.example" not in str(got.value)


@pytest.mark.parametrize(
    ("text", "forward"),
    [
        ("*.* @192.0.2.1\n", [{"protocol": "udp", "tls": False}]),
        ("auth.* @@(o)logs.example:514;fmt\n", [{"protocol": "tcp", "tls": False}]),
        ("$DefaultNetstreamDriver gtls\n*.* @@x\n", [{"protocol": "tcp", "tls": True}]),
        ("*.* :omrelp:x:2514\n", [{"protocol": "relp", "tls": False}]),
        ('action(type="omrelp" target="x" tls="on")\n', [{"protocol": "relp", "tls": True}]),
        ("#*.* @@x\n", []),
        ("*.* /var/log/all\n", []),
        ('if $programname == "x" then {\n  action(type="omfwd" target="x")\n}\n', [{"protocol": "udp", "tls": False}]),
        ("*.* @@x", [{"protocol": "tcp", "tls": False}]),
    ],
)
def test_whether_logs_leave_the_host(tmp_path: Path, text: str, forward: list[dict[str, object]]) -> None:
    assert value(tmp_path, {"/etc/rsyslog.conf": text}, "rsyslog")["forward"] == forward


def test_rsyslog_without_a_word_creates_readable_files(tmp_path: Path) -> None:
    assert value(tmp_path, {"/etc/rsyslog.conf": "*.* /var/log/x\n"}, "rsyslog")["filecreatemode"] == "0644"


def test_a_file_that_includes_itself_is_refused_as_rsyslog_does(tmp_path: Path) -> None:
    got = fact(planted(tmp_path, {"/etc/rsyslog.conf": "$IncludeConfig /etc/rsyslog.conf\n*.* @@x\n"}), "rsyslog")
    assert got.reason == "parse"


LOGROTATE = """\
# see man
weekly
rotate 4
create
include /etc/logrotate.d
/var/log/late.log { daily }
"""
RSYSLOG_ROTATE = """\
/var/log/syslog
"/var/log/auth.log"
/var/log/kern.log
{
\trotate 13
\tmissingok
\tpostrotate
\t\trotate 99
\tendscript
}
"""


def test_logrotate_with_its_folder(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/etc/logrotate.conf": LOGROTATE,
        "/etc/logrotate.d/a": "monthly\n/var/log/wtmp {\n  rotate 1\n}\n",
        "/etc/logrotate.d/rsyslog": RSYSLOG_ROTATE,
        "/etc/logrotate.d/rsyslog.dpkg-old": "/var/log/auth.log { rotate 1\n}\n",
    }
    got = fact(planted(tmp_path, files), "logrotate")
    assert [(log["paths"], log["frequency"], log["rotate"], log["days"]) for log in got.value["logs"]] == [
        (["/var/log/wtmp"], "monthly", 1, 30),
        (["/var/log/syslog", "/var/log/auth.log", "/var/log/kern.log"], "weekly", 13, 91),
        (["/var/log/late.log"], "daily", 4, 4),
    ]
    assert got.value["auth_days"] == 91
    assert got.origin("auth_days") == "/etc/logrotate.d/rsyslog:4"


@pytest.mark.parametrize(
    ("block", "days"),
    [
        ("/var/log/*.log {\n monthly\n rotate 6\n}\n", 180),
        ("/var/log/secure {\n daily\n rotate 100\n maxage 30\n}\n", 30),
        ("/var/log/auth.log {\n rotate 0\n}\n", 0),
        ("/var/log/auth.log {\n size 10M\n}\n", {"?": "absent"}),
        ("/var/log/auth.log {\n size 10M\n weekly\n rotate 20\n}\n", 140),
        ("/var/log/other.log {\n rotate 50\n}\n", {"?": "absent"}),
    ],
)
def test_how_long_logins_are_kept(tmp_path: Path, block: str, days: object) -> None:
    assert value(tmp_path, {"/etc/logrotate.conf": "weekly\nrotate 4\n" + block}, "logrotate")["auth_days"] == days


@pytest.mark.parametrize("app", ["rsyslog", "logrotate", "postfix", "nginx", "apache"])
def test_an_application_that_is_not_there_is_absent(tmp_path: Path, app: str) -> None:
    assert fact(planted(tmp_path, {"/etc/x": ""}), app).missing


MAINS = {
    "rsyslog": "/etc/rsyslog.conf", "logrotate": "/etc/logrotate.conf", "postfix": "/etc/postfix/main.cf",
    "nginx": "/etc/nginx/nginx.conf", "apache": "/etc/apache2/apache2.conf", "dnf": "/etc/dnf/dnf.conf",
    "apt": "/etc/apt/apt.conf", "journald": "/etc/systemd/journald.conf",
}  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from(sorted(MAINS)), st.text(alphabet="abz/*.@{}()<>\"'=;: \n\r\t#$\\-0\udc80", max_size=80))
def test_no_text_makes_a_reader_raise(tmp_path_factory: pytest.TempPathFactory, app: str, text: str) -> None:
    content = text.encode("utf-8", "surrogateescape")
    got = fact(planted(tmp_path_factory.mktemp("root"), {MAINS[app]: content}), app)
    assert got.value is not None or got.reason is not None
