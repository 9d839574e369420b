"""Kernel parameters and modules: what the boot reads, judged against systemd itself where it can be asked."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.looking.host import Host
from agent.probes.kernel import collect
from agent.probes.kernel.module import loads_nothing
from agent.probes.kernel.sysctl import FOLDERS, dotted, normalised, plain, settings
from shieldwall.checks.fact import Fact, FactKey

ABSENT = {"?": "absent"}
SYSV = "Package: systemd\nStatus: install ok installed\n"
BOOTED = SYSV + "\nPackage: systemd-sysv\nStatus: install ok installed\n"


def plant(root: Path, files: dict[str, str], *, boots: str = BOOTED) -> Host:
    for path, text in {"/var/lib/dpkg/status": boots, **files}.items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("-> "):
            target.symlink_to(text.removeprefix("-> "))
        else:
            target.write_text(text)
    return Host(root=root)


def look(host: Host, **args: Any) -> Fact:
    key = FactKey.of("kernel", args)
    return collect([key], host)[key]


def persistent(root: Path, files: dict[str, str], name: str = "kernel.kptr_restrict") -> Any:
    return look(plant(root, files), sysctl=name).value["persistent"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 1\n"}, 1),
        ({"/etc/sysctl.d/10.conf": "# kernel.kptr_restrict = 1\n; kernel.kptr_restrict = 2\n"}, ABSENT),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_restrict=1\nkernel.kptr_restrict = 2"}, 2),
        ({"/etc/sysctl.d/90.conf": "kernel.kptr_restrict=1", "/usr/lib/sysctl.d/99.conf": "kernel.kptr_restrict=0"}, 0),
        ({"/etc/sysctl.d/50.conf": "", "/usr/lib/sysctl.d/50.conf": "kernel.kptr_restrict=1"}, ABSENT),
        ({"/etc/sysctl.d/50.conf": "-> /dev/null", "/usr/lib/sysctl.d/50.conf": "kernel.kptr_restrict=1"}, ABSENT),
        ({"/run/sysctl.d/50.conf": "kernel.kptr_restrict=2", "/usr/lib/sysctl.d/50.conf": "kernel.kptr_restrict=1"}, 2),
        ({"/etc/sysctl.d/10.conf": "kernel/kptr_restrict = 2"}, 2),
        ({"/etc/sysctl.d/10.conf": "-kernel.kptr_restrict = 2"}, 2),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_* = 2"}, 2),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 1", "/etc/sysctl.d/20.conf": "kernel.* = 2"}, 1),
        ({"/etc/sysctl.d/10.conf": "-kernel.kptr_restrict\nkernel.* = 2"}, ABSENT),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_* = 2", "/etc/sysctl.d/20.conf": "-kernel.kptr_*"}, ABSENT),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_* = 2\n-kernel.kptr*"}, 2),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_* = 2\nkernel.kptr* = 1\nkernel.kptr_* = 2"}, 1),
        ({"/etc/sysctl.d/10.conf": "* = 2"}, ABSENT),
        ({"/etc/sysctl.d/10": "kernel.kptr_restrict = 1"}, ABSENT),
        ({"/etc/sysctl.conf": "kernel.kptr_restrict = 1"}, ABSENT),
        ({"/etc/sysctl.conf": "kernel.kptr_restrict = 1", "/etc/sysctl.d/99-sysctl.conf": "-> ../sysctl.conf"}, 1),
        ({"/etc/sysctl.d/10.conf": "-> /etc/elsewhere.conf", "/etc/elsewhere.conf": "kernel.kptr_restrict = 1"}, 1),
        ({"/etc/sysctl.d/10.conf": "-> nowhere.conf"}, ABSENT),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 1\r\n"}, 1),
        ({"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 0x2"}, 2),
    ],
)
def test_the_value_of_the_next_boot(tmp_path: Path, files: dict[str, str], expected: Any) -> None:
    assert persistent(tmp_path, files) == expected


def test_the_origin_is_the_line_that_wins(tmp_path: Path) -> None:
    host = plant(tmp_path, {"/etc/sysctl.d/a.conf": "kernel.kptr_restrict=1\n\nkernel.kptr_restrict=2\n"})
    assert look(host, sysctl="kernel.kptr_restrict").origin("persistent") == "/etc/sysctl.d/a.conf:3"
    assert look(host, sysctls=["kernel.kptr_restrict"]).origin("kernel", "kptr_restrict") == "/etc/sysctl.d/a.conf:3"


def test_without_systemd_as_init_procps_reads_sysctl_conf_last(tmp_path: Path) -> None:
    files = {"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 1", "/etc/sysctl.conf": "kernel.kptr_restrict = 2"}
    value = look(plant(tmp_path, files, boots=SYSV), sysctl="kernel.kptr_restrict").value
    assert (value["persistent"], value["conflict"]) == (2, 1)


def test_the_other_reading_order_is_a_conflict_only_when_it_sets_something_else(tmp_path: Path) -> None:
    files = {"/etc/sysctl.d/10.conf": "kernel.kptr_restrict = 1", "/etc/sysctl.conf": "kernel.kptr_restrict = 0"}
    assert look(plant(tmp_path, files), sysctl="kernel.kptr_restrict").value["conflict"] == 0
    files = {"/etc/sysctl.conf": "kernel.kptr_restrict = 1"}
    assert look(plant(tmp_path / "b", files, boots=SYSV), sysctl="kernel.kptr_restrict").value["conflict"] == ABSENT


def test_ufw_sets_its_own_parameters_only_when_it_is_on(tmp_path: Path) -> None:
    name = "net.ipv4.conf.all.accept_redirects"
    files = {"/etc/ufw/sysctl.conf": "net/ipv4/conf/all/accept_redirects=0", "/etc/ufw/ufw.conf": "ENABLED=no\n"}
    assert persistent(tmp_path / "off", files, name) == ABSENT
    assert persistent(tmp_path / "on", {**files, "/etc/ufw/ufw.conf": "ENABLED=yes\n"}, name) == 0


def test_running_values_come_from_the_record_beside_a_tree(tmp_path: Path) -> None:
    host = plant(tmp_path, {"/.shieldwall/runtime.json": json.dumps({"kernel.kptr_restrict": "1"})})
    assert look(host, sysctl="kernel.kptr_restrict").value["running"] == 1
    assert look(host, sysctl="kernel.dmesg_restrict").value["running"] == {"?": "unsupported"}
    host = plant(tmp_path / "broken", {"/.shieldwall/runtime.json": "[1]"})
    assert look(host, sysctl="kernel.kptr_restrict").value["running"] == {"?": "parse"}


def test_a_star_stands_for_each_network_card_but_never_for_lo(tmp_path: Path) -> None:
    names = [f"net.ipv4.conf.{card}.rp_filter" for card in ("all", "default", "lo", "eth0", "eth1/7")]
    host = plant(
        tmp_path, {"/.shieldwall/runtime.json": json.dumps(dict.fromkeys([*names, "net.ipv4.conf.eth0.x"], "1"))}
    )
    key = FactKey.of("kernel", {"sysctls": ["net.ipv4.conf.*.rp_filter"]})
    assert sorted(collect([key], host)[key].value) == ["net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.eth1/7.rp_filter"]
    live = collect([key], Host())[key].value
    cards = set(os.listdir("/proc/sys/net/ipv4/conf")) - {"lo", "all", "default"}
    assert {name.split(".")[3] for name in live} == {card.replace(".", "/") for card in cards}


def test_names_change_dots_and_slashes_as_systemd_does() -> None:
    assert normalised("net.ipv4.conf.eth0/100.forwarding") == "net/ipv4/conf/eth0.100/forwarding"
    assert normalised("net/ipv4/conf/eth0.100/forwarding") == "net/ipv4/conf/eth0.100/forwarding"
    assert dotted("net/ipv4/conf/eth0.100/forwarding") == "net.ipv4.conf.eth0/100.forwarding"
    assert plain(" 4\t4 1  7\n") == "4 4 1 7"


def test_every_running_value_is_what_sysctl_says() -> None:
    told = subprocess.run(["/usr/sbin/sysctl", "-a"], capture_output=True, text=True, check=False).stdout
    stable = [
        line.partition(" = ")[::2]
        for line in told.splitlines()
        if line.startswith(("kernel.", "fs.", "net.ipv4.conf."))
    ]
    moving = ("random", "ns_last_pid", "-nr", "-state", "pty.nr", "tainted", "loadavg", "sched")
    chosen = [(name, value) for name, value in stable if not any(word in name for word in moving) and value]
    assert len(chosen) > 100
    host = Host()
    wrong = {}
    for name, value in chosen:
        running = look(host, sysctl=name).value["running"]
        if isinstance(running, dict) or plain(value) != running:
            wrong[name] = (value, running)
    several_lines = {name for name, _ in chosen if [n for n, _ in chosen].count(name) > 1}
    assert {name: pair for name, pair in wrong.items() if name not in several_lines} == {}


def test_files_count_in_the_order_that_systemd_gives(tmp_path: Path) -> None:
    files = {f"{folder}/{name}": f"kernel.{n}{i} = 1\n" for i, folder in enumerate(FOLDERS[:4])
             for n, name in (("a", "10-a.conf"), ("b", "b.conf"), ("z", f"5{i}-z.conf"))}  # fmt: skip
    files |= {"/etc/sysctl.d/51-z.conf": "-> /dev/null", "/etc/sysctl.d/60-link.conf": "-> 50-z.conf"}
    host = plant(tmp_path, files)
    told = subprocess.run(
        ["/usr/bin/systemd-analyze", f"--root={tmp_path}", "cat-config", "sysctl.d"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    by_systemd = [line.partition(" ")[0] for line in told.splitlines() if line.startswith("kernel.")]
    assert len(by_systemd) == 6
    assert list(dict.fromkeys(by_systemd)) == list(settings(host))


def modules(root: Path, files: dict[str, str], name: str = "hfs") -> dict[str, Any]:
    value: dict[str, Any] = look(plant(root, files), module=name).value
    return value


@pytest.mark.parametrize(
    ("files", "disabled"),
    [
        ({"/etc/modprobe.d/x.conf": "install hfs /bin/false\n"}, True),
        ({"/usr/lib/modprobe.d/x.conf": "install hfs /bin/true\n"}, True),
        ({"/etc/modprobe.d/x.conf": "install hfs /usr/bin/false # never"}, True),
        ({"/etc/modprobe.d/x.conf": "# install hfs /bin/false\n"}, False),
        ({"/etc/modprobe.d/x.conf": "install hfs \\\n /bin/false\n"}, True),
        ({"/etc/modprobe.d/x.conf": "install hfs /bin/true; /sbin/modprobe --ignore-install hfs"}, False),
        ({"/etc/modprobe.d/x.conf": "blacklist hfs"}, True),
        ({"/etc/modprobe.d/x.conf": "blacklist hfs\ninstall hfs /sbin/insmod hfs.ko"}, False),
        ({"/etc/modprobe.d/a.conf": "install hfs /sbin/insmod x", "/etc/modprobe.d/b.conf": "install hfs /bin/false"}, False),
        ({"/etc/modprobe.d/a.conf": "", "/lib/modprobe.d/a.conf": "install hfs /bin/false"}, False),
        ({"/etc/modprobe.d/a.conf": "-> /dev/null", "/usr/lib/modprobe.d/a.conf": "blacklist hfs"}, False),
        ({"/etc/modules-load.d/x.conf": "install hfs /bin/false"}, False),
        ({"/etc/modprobe.d/x.conf": "hfs"}, False),
        ({"/etc/modprobe.d/x.conf": "install hf* /bin/false"}, True),
        ({"/etc/modprobe.d/x.conf": "alias hfs off"}, True),
        ({"/lib/modules/6.1/modules.dep": "kernel/fs/ext4/ext4.ko.xz: kernel/lib/crc16.ko.xz\n"}, True),
        ({"/lib/modules/6.1/modules.dep": "kernel/fs/hfs/hfs.ko.xz:\n"}, False),
        ({"/lib/modules/6.1/modules.dep": "", "/lib/modules/6.1/modules.builtin": "kernel/fs/hfs/hfs.ko\n"}, False),
    ],
)  # fmt: skip
def test_whether_a_module_is_kept_from_loading(tmp_path: Path, files: dict[str, str], disabled: bool) -> None:
    assert modules(tmp_path, files)["disabled"] is disabled


def test_hyphens_and_underscores_in_module_names_are_the_same(tmp_path: Path) -> None:
    assert modules(tmp_path, {"/etc/modprobe.d/x.conf": "blacklist usb_storage"}, "usb-storage")["blacklisted"] is True


def test_a_command_that_goes_on_loads_something() -> None:
    assert loads_nothing("/bin/false") and loads_nothing("/bin/true --whatever")
    assert (
        not loads_nothing("/bin/false || modprobe x") and not loads_nothing("") and not loads_nothing("/sbin/insmod x")
    )


def test_the_boot_loader_needs_user_and_password(tmp_path: Path) -> None:
    redhat = 'set superusers="root"\npassword_pbkdf2 root ${GRUB2_PASSWORD}\n'
    host = plant(tmp_path, {"/boot/grub2/grub.cfg": redhat})
    assert look(host, boot="loader").value["password"] is False
    host = plant(tmp_path, {"/boot/grub2/user.cfg": "GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.AA\n"})
    assert look(host, boot="loader").value["password"] is True
    os.chmod(tmp_path / "boot/grub2/grub.cfg", 0o640)
    assert look(host, boot="loader").value["mode"] == "0640"


def test_the_command_line_of_a_tree_is_what_grub_is_told(tmp_path: Path) -> None:
    host = plant(tmp_path, {"/etc/default/grub": "GRUB_CMDLINE_LINUX='apparmor=1 audit=1'\nGRUB_CMDLINE_LINUX_DEFAULT=quiet\n",
                            "/etc/default/grub.d/x.cfg": 'GRUB_CMDLINE_LINUX="audit=0"\n'})  # fmt: skip
    assert look(host, boot="cmdline").value == {"parameters": {"audit": "0", "quiet": True}}
    assert look(plant(tmp_path / "none", {}), boot="cmdline").missing
    assert look(host, boot="secure_boot").reason == "unsupported"
