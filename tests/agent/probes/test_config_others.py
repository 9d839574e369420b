"""PAM, password rules, shadow-utils, shells, desktops and plain files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config import collect
from agent.probes.denied import allowed
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

UNIX = "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"


def at(root: Path, files: dict[str, str | bytes]) -> Host:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Host(root=root)


def look(root: Path, files: dict[str, str | bytes], **args: Any) -> Fact:
    key = FactKey.of("config", args)
    return collect([key], at(root, files))[key]


# --- PAM -------------------------------------------------------------------------------------------------------------
def test_pam_stack_with_all_kinds_of_includes(tmp_path: Path) -> None:
    fact = look(tmp_path, {
        "etc/pam.d/login": "# x\n@include common-auth\n-session optional /lib/security/pam_x.so a=b \\\n  c # y\n"
                           "password substack pw\naccount include common-account\n",
        "etc/pam.d/common-auth": UNIX,
        "etc/pam.d/common-account": "account required pam_unix.so\nauth required pam_never.so\n",
        "etc/pam.d/pw": "password required pam_pwquality.so minlen=9 [x=a b]\n",
    }, app="pam", service="login")  # fmt: skip
    assert fact.value == {
        "auth": [
            {"control": "success=1 default=ignore", "module": "pam_unix.so", "args": {"nullok": True}},
            {"control": "requisite", "module": "pam_deny.so", "args": {}},
        ],
        "session": [{"control": "optional", "module": "pam_x.so", "args": {"a": "b", "c": True}}],
        "password": [{
            "control": "required", "module": "pam_pwquality.so", "args": {"minlen": "9", "x": "a b"}, "substack": True,
        }],
        "account": [{"control": "required", "module": "pam_unix.so", "args": {}}],
    }  # fmt: skip
    assert fact.origin("auth", "1", "control") == "/etc/pam.d/common-auth:2"


def test_pam_service_without_a_file_is_served_by_other(tmp_path: Path) -> None:
    assert look(tmp_path, {}, app="pam", service="login").missing
    assert (
        look(tmp_path, {"etc/pam.d/other": UNIX}, app="pam", service="login").value["auth"][1]["module"]
        == "pam_deny.so"
    )


def test_pam_file_of_the_administrator_hides_that_of_the_vendor(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"usr/lib/pam.d/login": "auth required pam_vendor.so\n"}
    assert look(tmp_path, files, app="pam", service="login").value["auth"][0]["module"] == "pam_vendor.so"
    files["etc/pam.d/login"] = "auth required pam_own.so\n"
    assert look(tmp_path, files, app="pam", service="login").value["auth"][0]["module"] == "pam_own.so"


@pytest.mark.parametrize("text", ["auth required\n", "nonsense required x.so\n", "auth maybe x.so\n", "@include gone\n",
                                  "auth include gone\n", "@include login\n"])  # fmt: skip
def test_pam_that_would_refuse_everybody_is_unknown(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, {"etc/pam.d/login": text}, app="pam", service="login").reason is Reason.PARSE


# --- password rules --------------------------------------------------------------------------------------------------
def test_pwquality_order_of_files_and_arguments(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "etc/security/pwquality.conf.d/10.conf": "minlen = 20\nminclass=2\n",
        "etc/security/pwquality.conf.d/20.conf": "minclass = 3 # remark\n",
        "etc/security/pwquality.conf": "# minlen = 3\nminlen=10\nenforce_for_root\ndcredit = -1\n",
    }
    fact = look(tmp_path, files, app="pwquality")
    assert {k: fact.value[k] for k in ("minlen", "minclass", "enforce_for_root", "dcredit", "dictcheck", "enforced")} == {
        "minlen": 10, "minclass": 3, "enforce_for_root": True, "dcredit": -1, "dictcheck": 1, "enforced": False,
    }  # fmt: skip
    assert fact.origin("minclass") == "/etc/security/pwquality.conf.d/20.conf:1"
    files["etc/pam.d/passwd"] = "password requisite pam_pwquality.so retry=3 minlen=14\n"
    fact = look(tmp_path, files, app="pwquality")
    assert (fact.value["minlen"], fact.value["retry"], fact.value["enforced"]) == (14, 3, True)
    assert fact.origin("minlen") == "/etc/pam.d/passwd:1"


PRE = "auth required pam_faillock.so preauth deny=7\n"
FAIL = "auth [default=die] pam_faillock.so authfail\n"
ACCOUNT = "account required pam_faillock.so\n"


@pytest.mark.parametrize(
    ("login", "sshd", "enforced"),
    [
        (PRE + FAIL, PRE + FAIL, True), (FAIL + ACCOUNT, FAIL + ACCOUNT, True), (PRE + FAIL, UNIX, False),
        (PRE, PRE, False), (FAIL, FAIL, False), (PRE + FAIL, None, True), (None, None, False),
    ],
)  # fmt: skip
def test_faillock_counts_only_in_the_stack(tmp_path: Path, login: str | None, sshd: str | None, enforced: bool) -> None:
    files: dict[str, str | bytes] = {"etc/security/faillock.conf": "deny = 4\n", "etc/pam.d/other": PRE + FAIL}
    files |= {f"etc/pam.d/{n}": t for n, t in (("login", login), ("sshd", sshd)) if t is not None}
    fact = look(tmp_path, files, app="faillock")
    assert fact.value["enforced"] is enforced
    assert fact.value["deny"] == (7 if PRE in (login or "") else 4)


# --- shadow-utils ----------------------------------------------------------------------------------------------------
def test_login_defs(tmp_path: Path) -> None:
    text = '#UMASK 077\nPASS_MAX_DAYS 99999\nPASS_MAX_DAYS\t\t90 # x\nUMASK 027\nENCRYPT_METHOD "YESCRYPT"\nEMPTY\nGID_MIN -1\n'
    fact = look(tmp_path, {"etc/login.defs": text}, app="login.defs")
    assert {k: fact.value[k] for k in ("pass_max_days", "umask", "encrypt_method", "uid_min", "gid_min")} == {
        "pass_max_days": 90, "umask": "027", "encrypt_method": "YESCRYPT", "uid_min": 1000, "gid_min": -1,
    }  # fmt: skip
    assert fact.origin("pass_max_days") == "/etc/login.defs:3"
    assert look(tmp_path / "none", {}, app="login.defs").missing


def test_useradd(tmp_path: Path) -> None:
    assert look(tmp_path, {}, app="useradd").value["inactive"] == -1
    fact = look(tmp_path, {"etc/default/useradd": "# INACTIVE=1\nINACTIVE=30\nSHELL=/bin/sh\n"}, app="useradd")
    assert (fact.value["inactive"], fact.value["shell"]) == (30, "/bin/sh")


# --- shells ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("files", "tmout", "readonly"),
    [
        ({"etc/profile": "# TMOUT=1\n"}, 0, False),
        ({"etc/profile": "TMOUT=600\nexport TMOUT\n"}, 600, False),
        ({"etc/profile": "TMOUT=600\n", "etc/profile.d/a.sh": "readonly TMOUT=300\n"}, 300, True),
        ({"etc/profile": "declare -xr TMOUT=600\n", "etc/bash.bashrc": "TMOUT=0\n"}, 600, True),
        ({"etc/profile.d/a.sh": "TMOUT=600; readonly TMOUT; export TMOUT\n"}, 600, True),
        ({"etc/profile.d/b.sh": "TMOUT=1\n", "etc/profile.d/a.sh": "TMOUT=2\n", "etc/profile.d/c.csh": "TMOUT=3\n"}, 1, False),
        ({"etc/bash.bashrc": "export TMOUT='900'\n"}, 900, False),
        ({"etc/profile": "XTMOUT=5\necho TMOUT\n"}, 0, False),
    ],
)  # fmt: skip
def test_shell_timeout(tmp_path: Path, files: dict[str, str | bytes], tmout: int, readonly: bool) -> None:
    value = look(tmp_path, files, app="shell").value
    assert (value["tmout"], value["tmout_readonly"]) == (tmout, readonly)


def test_shell_umask(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"etc/login.defs": "UMASK 022\nUMASK 027\n"}
    assert look(tmp_path / "a", files, app="shell").value["umask"] == "027"
    files["etc/profile"] = "if true; then umask 077; fi\n# umask 0\n"
    fact = look(tmp_path / "a", files, app="shell")
    assert (fact.value["umask"], fact.origin("umask")) == ("077", "/etc/profile:1")
    assert look(tmp_path / "b", {}, app="shell").value["umask"] == {"?": "absent"}


# --- desktops --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("files", "who", "managers"),
    [
        ({}, [], []),
        ({"etc/gdm3/daemon.conf": "[daemon]\n#AutomaticLoginEnable=true\nAutomaticLogin=ann\n"}, [], ["gdm"]),
        ({"etc/gdm3/custom.conf": "[daemon]\nAutomaticLoginEnable = True\nAutomaticLogin=ann\n"}, ["ann"], ["gdm"]),
        ({"etc/gdm/custom.conf": "[other]\nAutomaticLoginEnable=true\nAutomaticLogin=ann\n"}, [], ["gdm"]),
        ({"etc/gdm3/custom.conf": "[daemon]\nTimedLoginEnable=1\nTimedLogin=eve\n"}, ["eve"], ["gdm"]),
        ({"etc/lightdm/lightdm.conf": "[Seat:*]\nautologin-user=bob\n"}, ["bob"], ["lightdm"]),
        ({"etc/lightdm/lightdm.conf.d/1.conf": "[Seat:*]\nautologin-user=bob\n",
          "etc/lightdm/lightdm.conf": "[Seat:*]\nautologin-user=\n"}, [], ["lightdm"]),
        ({"etc/sddm.conf.d/x.conf": "[Autologin]\nUser=pat\n"}, ["pat"], ["sddm"]),
    ],
)  # fmt: skip
def test_automatic_sign_in(tmp_path: Path, files: dict[str, str | bytes], who: list[str], managers: list[str]) -> None:
    value = look(tmp_path, files, app="gdm").value
    assert (value["autologin"], value["managers"]) == (who, managers)


def test_dconf_databases_of_the_profile(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "etc/dconf/db/local.d/00": "[org/gnome/desktop/session]\nidle-delay=uint32 900\n[a]\nx='y'\n",
        "etc/dconf/db/local.d/10": "[org/gnome/desktop/session]\nidle-delay=uint32 300\n[org/gnome/desktop/screensaver]\nlock-enabled=false\n",
        "etc/dconf/db/local.d/locks/1": "# x\n/org/gnome/desktop/session/idle-delay\n",
        "etc/dconf/db/site.d/00": "[a]\nx='z'\nw='v'\n",
        "etc/dconf/db/other.d/00": "[a]\nx='never'\n",
    }  # fmt: skip
    assert look(tmp_path, files, app="dconf").missing
    files["etc/dconf/profile/user"] = "user-db:user\nsystem-db:local\nsystem-db:site\n"
    fact = look(tmp_path, files, app="dconf")
    assert fact.value == {
        "settings": {
            "org/gnome/desktop/session/idle-delay": 300, "a/x": "y", "org/gnome/desktop/screensaver/lock-enabled": False,
            "a/w": "v",
        },
        "locked": ["org/gnome/desktop/session/idle-delay"],
    }  # fmt: skip
    assert fact.origin("settings", "a/w") == "/etc/dconf/db/site.d/00:3"


# --- plain files -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("x.ini", 'a=1\n[s t]\n; r\nb = "c" \n[s t]\nb=d\n', {"": {"a": "1"}, "s t": {"b": "d"}}),
        ("x.conf", "# r\na = 1\nb: 2\nc 3 4\nd\ne='f'\na=5\n", {"a": "5", "b": "2", "c": "3 4", "d": "", "e": "f"}),
        ("x.json", '{"a": [1, null]}', {"a": [1, None]}),
        ("x.yaml", "a: [1, x]\nb: 2020-01-01\n", {"a": [1, "x"], "b": "2020-01-01"}),
        ("x.toml", "[a]\nb = 1\n", {"a": {"b": 1}}),
    ],
)
def test_formats(tmp_path: Path, name: str, text: str, value: Any) -> None:
    assert look(tmp_path, {f"etc/{name}": text}, file=f"/etc/{name}").value == value


@pytest.mark.parametrize(("name", "text"), [
    ("x.json", "{"), ("x.json", "[" * 100_000), ("x.toml", "a"), ("x.yaml", "a: [b"), ("x.yaml", "a: &x [1]\nb: [*x, *x]\n"),
    ("x.yaml", "!!python/object/apply:os.getcwd []"),
])  # fmt: skip
def test_what_is_not_of_the_format_is_unknown(tmp_path: Path, name: str, text: str) -> None:
    assert look(tmp_path, {f"etc/{name}": text}, file=f"/etc/{name}").reason is Reason.PARSE


def test_glob_marks_each_file_by_itself(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"etc/a/1.conf": "x=1\n", "etc/a/2.key": "x=1\n"}
    fact = look(tmp_path, files, glob="/etc/a/*")
    assert fact.value == {"/etc/a/1.conf": {"x": "1"}, "/etc/a/2.key": {"?": "refused"}}
    assert look(tmp_path, files, file="/etc/a/3.conf").missing


SECRET = (
    "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/ssh/ssh_host_rsa_key", "/root/.bashrc", "/home/ann/notes",
    "/proc/1/environ", "/proc/self/environ", "/etc/ssl/private/x.pem", "/etc/security/opasswd", "/srv/app/.env",
    "/srv/www/wp-config.php", "/etc/x/.htpasswd", "/etc/NetworkManager/system-connections/wifi", "/dev/sda",
    "/var/lib/x/id_ed25519", "/ETC/SHADOW", "/opt/x/keyring/y", "/etc/letsencrypt/live/x/privkey.pem",
)  # fmt: skip


@pytest.mark.parametrize("path", SECRET)
def test_secrets_are_refused(tmp_path: Path, path: str) -> None:
    fact = look(tmp_path, {path.lstrip("/"): "x=1\n"}, file=path)
    assert (fact.reason, fact.value) == (Reason.REFUSED, None)


@pytest.mark.parametrize("path", ["/etc/ssh/sshd_config", "/etc/passwd", "/etc/ssh/ssh_host_rsa_key.pub", "/proc/cmdline",
                                  "/etc/homes.conf", "/etc/secretary.conf"])  # fmt: skip
def test_what_is_no_secret_is_read(tmp_path: Path, path: str) -> None:
    assert allowed(at(tmp_path, {path.lstrip("/"): ""}), path) == path


def test_a_secret_under_another_name_is_refused(tmp_path: Path) -> None:
    host = at(tmp_path, {"etc/shadow": "root:x\n", "etc/readme": ""})
    (tmp_path / "etc/link").symlink_to("/etc/shadow")
    (tmp_path / "etc/back").symlink_to("../etc/./link")
    (tmp_path / "srv").symlink_to("/etc")
    for path in ("/etc/link", "/etc/back", "/srv/shadow", "/etc/../etc/shadow", "//etc//shadow"):
        with pytest.raises(UnreadableError):
            allowed(host, path)


@pytest.mark.parametrize(
    "app", ["pam", "login.defs", "useradd", "pwquality", "faillock", "shell", "gdm", "dconf", "sudoers"]
)
def test_hostile_files_end_in_a_fact(tmp_path: Path, app: str) -> None:
    noise = b"\xff\xfe\0=\n[\n" + b"y" * 200_000 + b"\n" + b"\\\n" * 1000
    files: dict[str, str | bytes] = dict.fromkeys((
        "etc/pam.d/other", "etc/pam.d/passwd", "etc/login.defs", "etc/default/useradd", "etc/security/pwquality.conf",
        "etc/security/faillock.conf", "etc/profile", "etc/gdm3/daemon.conf", "etc/dconf/db/local.d/0", "etc/sudoers",
    ), noise)  # fmt: skip
    files["etc/dconf/profile/user"] = "system-db:local\n"
    assert isinstance(look(tmp_path / "noise", files, app=app), Fact)
    for name in files:
        (tmp_path / "fifo" / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(tmp_path / "fifo" / name)
    key = FactKey.of("config", {"app": app})
    assert collect([key], Host(root=tmp_path / "fifo"))[key].reason is Reason.REFUSED
