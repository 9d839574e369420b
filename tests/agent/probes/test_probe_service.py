from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from planted import planted

from agent.looking.host import Host
from agent.probes.service import collect, is_enabled, units_of
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

UNIT = "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/sbin/{0}\n[Install]\nWantedBy=multi-user.target\n"
VENDOR = "/usr/lib/systemd/system"
OWN = "/etc/systemd/system"
TREE = {
    f"{VENDOR}/ssh.service": UNIT.format("sshd") + "Alias=sshd.service\n",
    f"{VENDOR}/cups.service": UNIT.format("cupsd"),
    f"{VENDOR}/avahi-daemon.service": UNIT.format("avahi-daemon"),
    f"{VENDOR}/off.service": UNIT.format("off"),
    f"{VENDOR}/plain.service": "[Service]\nExecStart=/bin/true\n",
    f"{VENDOR}/clean.timer": "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n",
    f"{VENDOR}/wg@.service": "[Service]\nExecStart=/usr/bin/wg %i\n[Install]\nWantedBy=multi-user.target\n",
    f"{VENDOR}/only-alias.service": "[Service]\nExecStart=/bin/true\n[Install]\nAlias=display-manager.service\n",
    f"{OWN}/local.service": UNIT.format("local").replace("multi-user.target", "graphical.target"),
}
NAMES = [
    "ssh", "sshd", "cups", "avahi-daemon", "off", "plain", "clean.timer", "wg@home", "wg@away", "only-alias",
    "display-manager", "local",
]  # fmt: skip


def asked(host: Host, name: str) -> Any:
    key = FactKey.of("service", {"name": name})
    return collect([key], host)[key].value


def systemctl(root: Path, *args: str) -> str:
    done = subprocess.run(
        ["systemctl", f"--root={root}", *args], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}
    )
    return done.stdout.strip()


def test_agrees_with_systemctl_about_a_tree_that_systemctl_set_up(tmp_path: Path) -> None:
    host = planted(tmp_path, TREE)
    systemctl(tmp_path, "enable", "ssh", "cups", "avahi-daemon", "clean.timer", "wg@home", "only-alias", "local")
    systemctl(tmp_path, "disable", "cups")
    systemctl(tmp_path, "mask", "avahi-daemon")
    theirs = {name: systemctl(tmp_path, "is-enabled", name) for name in NAMES}
    same = {"alias": "enabled"}
    ours = {name: asked(host, name)["enabled"] for name in NAMES}
    assert ours == {name: same.get(state, state) for name, state in theirs.items()}
    assert set(ours.values()) == {"enabled", "disabled", "masked", "static"}


def test_a_unit_that_nobody_has_is_absent_and_a_link_that_dangles_does_not_enable(tmp_path: Path) -> None:
    host = planted(tmp_path, TREE, {f"{OWN}/multi-user.target.wants/gone.service": f"{VENDOR}/gone.service"})
    assert asked(host, "gone") == {
        "name": "gone.service", "loaded": False, "enabled": "absent", "active": {"?": "unsupported"},
    }  # fmt: skip
    assert asked(host, "telnet.socket")["enabled"] == "absent"


def test_a_tree_without_vendor_units_is_judged_by_its_links(tmp_path: Path) -> None:
    host = planted(
        tmp_path,
        {"/etc/init.d/cron": "#!/bin/sh\n", "/etc/init.d/chrony": "#!/bin/sh\n"},
        {
            f"{OWN}/multi-user.target.wants/chrony.service": "/lib/systemd/system/chrony.service",
            f"{OWN}/chronyd.service": "/lib/systemd/system/chrony.service",
            f"{OWN}/rsync.service": "/dev/null",
            "/etc/rc2.d/S01cron": "../init.d/cron",
        },
    )
    assert asked(host, "chronyd")["enabled"] == asked(host, "chrony")["enabled"] == "enabled"
    assert asked(host, "rsync")["enabled"] == "masked"
    assert asked(host, "cron")["enabled"] == "disabled"


def test_system_v_start_links_count_where_there_is_no_systemd(tmp_path: Path) -> None:
    host = planted(
        tmp_path,
        {"/etc/init.d/ssh": "#!/bin/sh\n", "/etc/init.d/nfs": "#!/bin/sh\n"},
        {"/etc/rc2.d/S03ssh": "../init.d/ssh", "/etc/rc2.d/K01nfs": "../init.d/nfs"},
    )
    assert asked(host, "ssh")["enabled"] == "enabled"
    assert asked(host, "nfs")["enabled"] == "disabled"
    assert is_enabled(host, "nfs", "ssh") == "ssh"


def test_instances_of_a_template(tmp_path: Path) -> None:
    host = planted(tmp_path, TREE, {f"{OWN}/multi-user.target.wants/wg@a.b.service": f"{VENDOR}/wg@.service"})
    assert asked(host, "wg@")["enabled"] == "enabled"
    assert units_of(host).instances("wg@") == ["wg@a.b.service"]


def test_several_names_give_those_the_host_knows(tmp_path: Path) -> None:
    key = FactKey.of("service", {"names": ["xinetd", "cups", "ssh.socket"]})
    fact = collect([key], planted(tmp_path, TREE))[key]
    assert [unit["name"] for unit in fact.value] == ["cups.service"]


def test_a_tree_without_any_services_is_unknown(tmp_path: Path) -> None:
    key = FactKey.of("service", {"name": "ssh"})
    assert collect([key], planted(tmp_path, {"/etc/hostname": "x"}))[key].reason is Reason.UNSUPPORTED


@pytest.mark.parametrize("content", [b"", b"\xff\xfe[Install]\0", b"[Install]"])
def test_a_strange_unit_file_never_raises(tmp_path: Path, content: bytes) -> None:
    host = planted(tmp_path, {f"{VENDOR}/odd.service": content}, {f"{OWN}/loop.service": "loop.service"})
    assert asked(host, "odd")["enabled"] in ("masked", "static", "disabled")
    key = FactKey.of("service", {"name": "loop"})
    assert collect([key], host)[key].reason is Reason.REFUSED


def test_on_the_running_host_a_masked_or_absent_unit_does_not_run() -> None:
    value = asked(Host(), "no-such-unit-here")
    assert value["enabled"] == "absent" and value["active"] is False
