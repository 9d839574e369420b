"""The configuration readers of the system's own services, each against what its manual says."""

import os
from pathlib import Path
from typing import Any

import pytest
from planted import planted
from unprivileged import with_owners

from agent.looking.host import Host
from agent.probes.config import collect
from shieldwall.checks.fact import Fact, FactKey


def read(host: Host, app: str) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], host)[key]


def test_sysctl_d_lists_every_parameter_with_its_line(tmp_path: Path) -> None:
    host = planted(
        tmp_path, {"/etc/sysctl.d/a.conf": "kernel.a = 1\nnet/ipv4/conf/eth0.1/x=2\n-kernel.b\nnet.*.c = 3\n"}
    )
    fact = read(host, "sysctl.d")
    assert fact.value == {"kernel.a": 1, "net.ipv4.conf.eth0/1.x": 2, "net.*.c": 3}
    assert fact.origins["kernel.a"] == "/etc/sysctl.d/a.conf:1"


def test_modprobe_d_keeps_the_first_install_line(tmp_path: Path) -> None:
    text = "install a-b /bin/false\ninstall a_b /sbin/insmod\nblacklist c\nalias d off\noptions e f=1\n"
    value = read(planted(tmp_path, {"/etc/modprobe.d/a.conf": text}), "modprobe.d").value
    assert value == {"install": {"a_b": "/bin/false"}, "blacklist": ["c"], "alias": {"d": "off"}}


def test_auditd_knows_its_defaults_and_ignores_case(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/audit/auditd.conf": "# x = y\nMax_Log_File = 8\nspace_left_action = EMAIL\n"})
    fact = read(host, "auditd")
    assert (fact.value["max_log_file"], fact.value["space_left_action"]) == ("8", "email")
    assert fact.value["disk_full_action"] == "ignore"
    assert fact.origin("max_log_file") == "/etc/audit/auditd.conf:2" and fact.origin("disk_full_action") == "default"
    assert read(planted(tmp_path / "none", {}), "auditd").missing


def test_grub_takes_drop_ins_last_and_shell_quotes(tmp_path: Path) -> None:
    files = {
        "/etc/default/grub": 'GRUB_TIMEOUT=5\nGRUB_X="a b" # c\nGRUB_BAD=\'x\n',
        "/etc/default/grub.d/x.cfg": "GRUB_TIMEOUT=0\n",
    }
    assert read(planted(tmp_path, files), "grub").value == {"grub_timeout": "0", "grub_x": "a b"}
    assert read(planted(tmp_path / "none", {}), "grub").missing


def test_coredump_settings_count_in_their_section_only(tmp_path: Path) -> None:
    files = {"/etc/systemd/coredump.conf": "Storage=none\n[Coredump]\n#Storage=journal\nProcessSizeMax=0\n",
             "/etc/systemd/coredump.conf.d/x.conf": "[Coredump]\nStorage=None\n"}  # fmt: skip
    fact = read(planted(tmp_path, files), "coredump")
    assert (fact.value["storage"], fact.value["processsizemax"]) == ("none", "0")
    assert fact.origin("storage") == "/etc/systemd/coredump.conf.d/x.conf:2"
    assert read(planted(tmp_path / "none", {}), "coredump").value["storage"] == "external"


def export(client: str, **over: Any) -> dict[str, Any]:
    return {
        "path": "/srv",
        "client": client,
        "everybody": False,
        "writable": False,
        "root_squash": True,
        "secure": True,
        **over,
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/srv 192.0.2.1(rw)", [export("192.0.2.1", writable=True)]),
        ("/srv *(ro) @team(rw,no_root_squash)", [export("*", everybody=True), export("@team", writable=True, root_squash=False)]),
        ("/srv", [export("*", everybody=True)]),
        ("/srv (rw)", [export("*", everybody=True, writable=True)]),
        ("/srv 192.0.2.0/24 (rw)", [export("192.0.2.0/24"), export("*", everybody=True, writable=True)]),
        ("/srv -rw,insecure a.example b.example(ro)",
         [export("a.example", writable=True, secure=False), export("b.example", secure=False)]),
        ("/srv a(rw,no_root_squash,\\\nall_squash)", [export("a", writable=True)]),
        ("# /srv *(rw)", []),
    ],
)  # fmt: skip
def test_an_export_is_read_as_the_server_does(tmp_path: Path, line: str, expected: list[Any]) -> None:
    assert read(planted(tmp_path, {"/etc/exports": line + "\n"}), "exports").value == expected


def test_exports_come_from_the_folder_too_and_an_open_quote_is_said(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/exports.d/a.exports": "/srv a(ro)\n", "/etc/exports.d/b.conf": "/srv b(rw)\n"})
    assert [e["client"] for e in read(host, "exports").value] == ["a"]
    assert read(planted(tmp_path / "bad", {"/etc/exports": '"/srv a\n'}), "exports").reason == "parse"


def test_snmp_communities_are_told_as_usual_or_not_and_never_by_name(tmp_path: Path) -> None:
    text = (
        "# rocommunity private\nrocommunity Public 192.0.2.0/24\nrwcommunity Xq7-long\ncom2sec sec default private\n"
        "com2sec -Cn ctx sec 10.0.0.0/8 other\nrouser anna priv\n"
    )
    value = read(planted(tmp_path, {"/etc/snmp/snmpd.conf": text}), "snmpd").value
    assert value == {
        "communities": [
            {"usual": True, "writable": False, "source": "192.0.2.0/24"},
            {"usual": False, "writable": True, "source": "default"},
            {"usual": True, "writable": False, "source": "default"},
            {"usual": False, "writable": False, "source": "10.0.0.0/8"},
        ],
        "users": 1,
    }


def test_docker_listens_where_file_and_unit_say(tmp_path: Path) -> None:
    unit = "[Service]\nExecStart=/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0:2375\n"
    value = read(planted(tmp_path / "a", {"/usr/lib/systemd/system/docker.service": unit}), "docker").value
    assert (value["tcp"], value["tlsverify"]) == (["tcp://0.0.0.0:2375"], False)
    drop_in = {"/usr/lib/systemd/system/docker.service": unit,
               "/etc/systemd/system/docker.service.d/x.conf": "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd --icc=false\n"}  # fmt: skip
    value = read(planted(tmp_path / "b", drop_in), "docker").value
    assert (value["hosts"], value["icc"]) == ([], False)
    daemon = {
        "/etc/docker/daemon.json": '{"hosts": ["tcp://127.0.0.1:2375", "tcp://192.0.2.1:2376"], "tlsverify": true}'
    }
    value = read(planted(tmp_path / "c", daemon), "docker").value
    assert (value["tcp"], value["tlsverify"]) == (["tcp://192.0.2.1:2376"], True)
    assert read(planted(tmp_path / "d", {"/etc/docker/daemon.json": "{"}), "docker").reason == "parse"
    assert read(planted(tmp_path / "e", {}), "docker").missing


SMB = """
[global]
  guest ok = no
  read only = no
  include = /etc/samba/more.conf
[Data]
  path = /srv/data
  Public = YES
[old]
  path = /srv/old
  write ok = no
  guest ok = yes
[gone]
  available = no
  guest ok = yes
[homes]
  guest ok = yes
"""


def test_samba_shares_take_synonyms_and_the_global_default(tmp_path: Path) -> None:
    files = {"/etc/samba/smb.conf": SMB, "/etc/samba/more.conf": "; x\nserver min\\\n protocol = SMB3\n"}
    fact = read(planted(tmp_path, files), "samba")
    assert [(s["name"], s["guest"], s["writable"]) for s in fact.value["shares"]] == [
        ("data", True, True),
        ("old", True, False),
    ]
    assert fact.value["global"]["serverminprotocol"] == "SMB3"
    assert fact.origin("shares", "0") == "/etc/samba/smb.conf:7"


def test_samba_takes_the_short_name_of_the_lowest_protocol(tmp_path: Path) -> None:
    files = {"/etc/samba/smb.conf": "[global]\nmin protocol = NT1\n"}
    assert read(planted(tmp_path, files), "samba").value["global"]["serverminprotocol"] == "NT1"


def test_samba_includes_that_go_in_circles_are_refused(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/samba/smb.conf": "[global]\ninclude = /etc/samba/smb.conf\n"})
    assert read(host, "samba").reason == "parse"
    host = planted(tmp_path / "b", {"/etc/samba/smb.conf": "[global]\ninclude = /etc/none\ninclude = /etc/%m\n"})
    assert read(host, "samba").value["shares"] == []


@with_owners
def test_programs_that_others_may_change_are_found(tmp_path: Path) -> None:
    files = {
        "/etc/crontab": "PATH=/usr/bin\n17 * * * * root cd / && /usr/bin/good --log=/var/log/x\n@daily root /srv/jobs/sync.sh\n",
        "/etc/cron.d/x": "# 1 1 * * * root /srv/never\n5 5 * * * root test -x /opt/tool/run || true\n",
        "/etc/cron.daily/tidy": "", "/usr/bin/good": "", "/srv/jobs/sync.sh": "", "/opt/tool/run": "", "/srv/never": "",
        "/var/log/x": "",
        "/etc/systemd/system/a.service": "[Service]\nExecStart=-/usr/local/bin/served --x\n", "/usr/local/bin/served": "",
    }  # fmt: skip
    host = planted(tmp_path, files)
    os.chmod(tmp_path / "srv/jobs/sync.sh", 0o777)
    os.chmod(tmp_path / "opt/tool", 0o777)
    os.chmod(tmp_path / "srv/never", 0o777)
    os.chown(tmp_path / "usr/local/bin/served", 0, 50)
    os.chmod(tmp_path / "usr/local/bin/served", 0o775)
    value = read(host, "cron").value
    loose = {p["path"]: p["by"] for p in value["programs"] if p["loose"] is True}
    assert loose == {
        "/srv/jobs/sync.sh": "/etc/crontab", "/opt/tool/run": "/etc/cron.d/x",
        "/usr/local/bin/served": "/etc/systemd/system/a.service",
    }  # fmt: skip
    assert {"/usr/bin/good", "/etc/cron.daily/tidy", "/etc/crontab"} <= {p["path"] for p in value["programs"]}
    assert (value["allow"], value["deny"]) == (False, False)
