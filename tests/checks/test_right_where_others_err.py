"""Places where other tools pass what they should not: from files on a tree to the verdict of the library's own check."""

from pathlib import Path

import pytest
from planted import planted

from agent.looking.host import Host
from agent.scan.collect import collect
from shieldwall.checks.expectation.test import fact_keys
from shieldwall.checks.judgement import EXAMPLE_MOMENT, Judgement, Subject, judge
from shieldwall.checks.outcome import Outcome
from shieldwall.packs.pack import load_pack

PACK = load_pack()
SUDO = "Package: sudo\nStatus: install ok installed\nVersion: 1.9.13p3-1\nArchitecture: amd64\n\n"
SSH = "Package: openssh-server\nStatus: install ok installed\nVersion: 1:9.2p1-2\nArchitecture: amd64\n\n"
BASE = {
    "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n', "/var/lib/dpkg/status": SUDO + SSH, "/etc/passwd": "root:x:0:0::/root:/bin/bash\n",
    "/etc/group": "root:x:0:\n", "/etc/sudoers": "root ALL=(ALL) ALL\n", "/etc/fstab": "", "/etc/ssh/sshd_config": "",
}  # fmt: skip


def judged(host: Host, check_id: str) -> Judgement:
    check = PACK.check(check_id)
    bound = check.bind()
    collected = collect(bound.keys(), host)
    assert collected.defects == {}
    return judge(check, bound, collected.facts, Subject("debian", "server"), EXAMPLE_MOMENT)


def outcome(root: Path, check_id: str, files: dict[str, str], links: dict[str, str] | None = None) -> str:
    return str(judged(planted(root, {**BASE, **files}, links), check_id).verdict.outcome)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/ssh/sshd_config": "PermitRootLogin no\n"}, "pass"),
        (
            {
                "/etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n",
                "/etc/ssh/sshd_config.d/50-cloud.conf": "PermitRootLogin yes\n",
            },
            "fail",
        ),
        (
            {
                "/etc/ssh/sshd_config": "PermitRootLogin no\nInclude /etc/ssh/sshd_config.d/*.conf\n",
                "/etc/ssh/sshd_config.d/50-cloud.conf": "PermitRootLogin yes\n",
            },
            "pass",
        ),
        (
            {
                "/etc/ssh/sshd_config": "PermitRootLogin no\n",
                "/etc/ssh/sshd_config.d/50-cloud.conf": "PermitRootLogin yes\n",
            },
            "pass",
        ),
        ({"/etc/ssh/sshd_config": "PermitRootLogin no\nMatch Address 10.0.0.0/8\n  PermitRootLogin yes\n"}, "fail"),
        ({"/etc/ssh/sshd_config": "#PermitRootLogin no\npermitrootlogin=YES\n"}, "fail"),
    ],
)
def test_sshd_drop_ins_count_in_the_order_in_which_sshd_reads_them(
    tmp_path: Path, files: dict[str, str], expected: str
) -> None:
    assert outcome(tmp_path, "ssh-root-login-disabled", files) == expected


@pytest.mark.parametrize(
    "text",
    ["PermitRootLogin maybe\n", "Bogus yes\n", "PermitRootLogin no\nPort banana\n", "PermitRootLogin no\nMatch Nobody x\n", "Ciphers no-such\n",
     "PermitRootLogin no\nMaxAuthTries\n", 'PermitRootLogin "no\n', "PermitRootLogin no\nMatch User x\nPort 22\n"],
)  # fmt: skip
def test_an_sshd_configuration_with_which_sshd_refuses_to_start_never_passes(tmp_path: Path, text: str) -> None:
    host = planted(tmp_path, {**BASE, "/etc/ssh/sshd_config": text})
    asking = [
        c
        for c in PACK.order
        if any(k.probe == "config" and k.arg("app") == "sshd" for k in fact_keys(PACK.check(c).bind().test))
    ]
    assert len(asking) >= 10
    seen = {check_id: judged(host, check_id).verdict.outcome for check_id in asking}
    assert {o for i, o in seen.items() if i not in ("ssh-agent-forward-off-servers", "ssh-password-auth-internet")} == {
        Outcome.UNKNOWN
    }
    assert Outcome.PASS not in seen.values() and Outcome.NOT_APPLICABLE not in seen.values()


@pytest.mark.parametrize(
    ("files", "links", "expected"),
    [
        ({"/usr/lib/sysctl.d/50.conf": "kernel.randomize_va_space = 0\n"}, {}, "fail"),
        ({"/usr/lib/sysctl.d/50.conf": "kernel.randomize_va_space = 0\n"}, {"/etc/sysctl.d/50.conf": "/dev/null"}, "pass"),
        ({"/usr/lib/sysctl.d/50.conf": "kernel.randomize_va_space = 0\n", "/etc/sysctl.d/50.conf": ""}, {}, "pass"),
        ({"/usr/lib/sysctl.d/50.conf": "kernel.randomize_va_space = 2\n", "/etc/sysctl.d/60.conf": "kernel/randomize_va_space=1\n"}, {}, "fail"),
        ({"/etc/sysctl.d/60.conf": "kernel.randomize_va_space = 1\n", "/usr/lib/sysctl.d/90.conf": "kernel.randomize_va_space = 2\n"}, {}, "pass"),
        ({"/etc/sysctl.d/60.conf": "kernel.randomize_va_space = 2\n", "/etc/sysctl.d/90.conf": "kernel.randomize_* = 0\n"}, {}, "pass"),
        ({"/etc/sysctl.d/90.conf": "kernel.randomize_* = 0\n"}, {}, "fail"),
        ({"/etc/sysctl.d/90.conf": "kernel.randomize_* = 0\n-kernel.randomize_va_space\n"}, {}, "pass"),
        ({"/etc/sysctl.conf": "kernel.randomize_va_space = 0\n"}, {"/etc/sysctl.d/99-sysctl.conf": "../sysctl.conf"}, "fail"),
    ],
)  # fmt: skip
def test_sysctl_files_mask_override_and_order_as_at_boot(
    tmp_path: Path, files: dict[str, str], links: dict[str, str], expected: str
) -> None:
    recorded = {
        "/.shieldwall/runtime.json": '{"kernel.randomize_va_space": 2}',
        "/lib/systemd/systemd": "",
        "/usr/lib/systemd/systemd": "",
    }
    assert outcome(tmp_path, "kernel-aslr", {**files, **recorded}, links) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("nodev,nosuid", "pass"), ("nodev,nosuid,noexec", "pass"), ("nodev,nosuid,suid", "fail"), ("nodev,x-nosuid", "fail"),
        ("nodev,nosuid,defaults", "fail"), ("user", "pass"), ("user,suid", "fail"), ("nodev,comment=nosuid", "fail"),
    ],
)  # fmt: skip
def test_of_two_opposite_mount_options_the_last_counts_and_comments_do_not(
    tmp_path: Path, options: str, expected: str
) -> None:
    files = {"/etc/fstab": f"tmpfs /tmp tmpfs {options} 0 0\n", "/lib/systemd/systemd": ""}
    assert outcome(tmp_path, "mount-tmp-hardened", files, {"/sbin/init": "/lib/systemd/systemd"}) == expected


@pytest.mark.parametrize(
    ("options", "there"), [("noexec,exec", False), ("exec,noexec", True), ("x-noexec", False), ("noexec", True)]
)
def test_noexec_is_what_holds_and_not_what_is_written(tmp_path: Path, options: str, there: bool) -> None:
    from agent.probes.mount import collect as mounts
    from shieldwall.checks.fact import FactKey

    key = FactKey.of("mount", {"path": "/tmp"})
    host = planted(tmp_path, {"/etc/fstab": f"tmpfs /tmp tmpfs {options} 0 0\n"})
    assert ("noexec" in mounts([key], host)[key].value["options"]) is there


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"/etc/sudoers": "Defaults use_pty\nroot ALL=(ALL) ALL\n"}, "pass"),
        ({"/etc/sudoers": "Defaults use_pty\nDefaults !use_pty\n"}, "fail"),
        (
            {
                "/etc/sudoers": "Defaults use_pty\n@includedir /etc/sudoers.d\n",
                "/etc/sudoers.d/local": "Defaults !use_pty\n",
            },
            "fail",
        ),
        (
            {
                "/etc/sudoers": "Defaults use_pty\n@includedir /etc/sudoers.d\n",
                "/etc/sudoers.d/local.off": "Defaults !use_pty\n",
            },
            "pass",
        ),
        ({"/etc/sudoers": "Defaults !use_pty\nDefaults use_pty\n"}, "pass"),
        ({"/etc/sudoers": "Defaults use_pty\nDefaults:ann !use_pty\n"}, "fail"),
    ],
)
def test_a_later_not_use_pty_undoes_an_earlier_one(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    for path in files:
        (tmp_path / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
    host = planted(tmp_path, {**BASE, **files})
    for path in ("etc/sudoers", *(p.lstrip("/") for p in files)):
        (tmp_path / path).chmod(0o440)
    assert str(judged(host, "sudo-logging-and-pty").verdict.outcome) == expected


@pytest.mark.parametrize(
    ("uid", "expected"), [("0", "fail"), ("000", "fail"), ("00", "fail"), ("1000", "pass"), ("10", "pass")]
)
def test_a_uid_of_zeros_is_root_however_it_is_written(tmp_path: Path, uid: str, expected: str) -> None:
    files = {"/etc/passwd": f"root:x:0:0::/root:/bin/bash\ntoor:x:{uid}:0::/:/bin/sh\n"}
    assert outcome(tmp_path, "account-only-root-uid0", files) == expected
