"""Whatever language the machine speaks, a scan finds the same: decimal commas, dotless i, other words for days."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from planted import planted

from shieldwall.packs.pack import load_pack

ROOT = Path(__file__).parents[3]
MAIN = "import locale; locale.setlocale(locale.LC_ALL, ''); from agent.cli import main; main()"
SPOKEN = ("de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8")
TREE: dict[str, str | bytes] = {
    "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nNAME="Debian"\n',
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\nişıl:x:1000:1000:IŞIL:/home/işıl:/bin/bash\n",
    "/etc/group": "root:x:0:\nsudo:x:27:işıl\n",
    "/etc/shadow": "root:*:19500:0:99999:7:::\nişıl:$y$j9T$abc$def:19500:0:99999:7:::\n",
    "/etc/login.defs": "UMASK 027\nPASS_MAX_DAYS 99999\nENCRYPT_METHOD YESCRYPT\n",
    "/etc/ssh/sshd_config": "PERMITROOTLOGIN no\nLOGINGRACETIME 1M\n",
    "/etc/sysctl.conf": "net.ipv4.IP_forward = 0\nkernel.kptr_restrict = 1,5\n",
    "/etc/sudoers": "Defaults INSULTS, use_pty\nroot ALL=(ALL:ALL) ALL\n",
    "/etc/apt/apt.conf.d/20auto": 'APT::Periodic::Unattended-Upgrade "1";\nAPT::PERIODIC::Update-Package-Lists "1";\n',
    "/etc/nginx/nginx.conf": "http { server_tokens OFF; server { listen 80; } }\n",
    "/etc/systemd/journald.conf": "[Journal]\nStorage=PERSISTENT\nSystemMaxUse=1,5G\n",
    "/var/lib/dpkg/status": "Package: openssh-server\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:9.2\n\n",
    "/var/lib/apt/lists/x_dists_bookworm_InRelease": "Suite: stable\nValid-Until: Fri, 01 Jan 2100 00:00:00 UTC\n",
    "/var/lib/apt/lists/x_dists_bookworm_main_binary-amd64_Packages": "Package: openssh-server\nVersion: 1:9.3\n\n",
    "/var/log/apt/history.log": "Commandline: apt-get upgrade\nEnd-Date: 2026-10-01  10:00:00\n",
}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Locales made for this test, so that the machine need not have them."""
    folder = tmp_path_factory.mktemp("locales")
    for name in SPOKEN:
        language, charmap = name.split(".")
        done = subprocess.run(
            ["localedef", "--no-archive", "-i", language, "-f", charmap, str(folder / name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (folder / name / "LC_TIME").exists(), done.stderr
    return folder


def result(home: Path, locales: Path, language: str, *words: str, form: str = "json") -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--home", str(home), "scan", "-q", "--fail-on", "never", "--format", form, *words],
        env={**kept, "LC_ALL": language, "LOCPATH": str(locales), "PYTHONPATH": str(ROOT), "TZ": "UTC"},
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "replace")


def checks(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["checks"]
    return found


def test_the_locales_are_there(spoken: Path) -> None:
    """Without this the rest would compare C with C."""
    ask = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"
    for name in SPOKEN:
        done = subprocess.run(
            [sys.executable, "-c", ask], env={"LC_ALL": name, "LOCPATH": str(spoken)}, capture_output=True, check=True
        )
        assert done.stdout == b",\n"


def test_a_tree_is_judged_alike_in_every_language(tmp_path: Path, spoken: Path) -> None:
    planted(tmp_path / "tree", TREE)
    (tmp_path / "home").mkdir(mode=0o700)  # where the compiled pack is kept
    os.utime(tmp_path / "tree/var/lib/apt/lists")
    words = ("--policy", "all", "--root", str(tmp_path / "tree"))
    plain = checks(result(tmp_path / "home", spoken, "C.UTF-8", *words))
    assert {c["id"]: c["outcome"] for c in plain}["ssh-root-login-disabled"] == "pass"
    for language in SPOKEN:
        assert checks(result(tmp_path / "home", spoken, language, *words)) == plain
    texts = {_timeless(result(tmp_path / "home", spoken, name, *words, form="text")) for name in ("C.UTF-8", *SPOKEN)}
    assert len(texts) == 1


def test_this_host_is_judged_alike_in_every_language(tmp_path: Path, spoken: Path) -> None:
    """By the checks that ask the system's own tools, whose words and numbers change with the language."""
    words = [word for name in _asking_tools() for word in ("--only", name)]
    plain = _outcomes(result(tmp_path / "home", spoken, "C.UTF-8", *words))
    for language in SPOKEN:
        assert _outcomes(result(tmp_path / "home", spoken, language, *words)) == plain


def _asking_tools() -> list[str]:
    pack = load_pack()
    probes = {"firewall", "service", "time_sync", "audit", "mandatory_access", "kernel", "mount"}
    return [i for i in pack.order if probes.intersection(key.probe for key in pack.check(i).bind().keys())]  # noqa: SIM118


def _outcomes(text: str) -> dict[str, tuple[str, str | None]]:
    return {check["id"]: (check["outcome"], check["reason"]) for check in checks(text)}


def _timeless(text: str) -> str:
    """Without the moment of the scan and its identifier."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?|\b1[0-9]{9}(\.\d+)?\b|\d+(\.\d+)? s\b", "", text)
