"""visudo judges whether a file is one; cvtsudoers judges what it says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config import collect
from agent.probes.config.sudoers import load_file
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

GOOD = [
    "root ALL=(ALL:ALL) ALL\n",
    "%sudo\tALL=(ALL:ALL) ALL",
    "ann ALL=(ALL) NOPASSWD: ALL\n",
    "ann ALL = NOPASSWD: /bin/ls, PASSWD: /bin/cat, /bin/x\n",
    "ann ALL=(root) NOPASSWD:NOEXEC: /bin/ls -l, !/bin/su\n",
    "ann,bob , %staff web1,web2 = (www-data : adm) /bin/a\n",
    "ann web1 = /bin/a : web2 = NOPASSWD: /bin/b\n",
    "#1000 ALL=(ALL) ALL # remark\n",
    "%#100 ALL=(#0) ALL\n",
    "User_Alias ADMINS = ann, bob : OPS = eve\nCmnd_Alias SHELLS = /bin/sh, /bin/bash\nADMINS ALL=(ALL) SHELLS\nOPS ALL=ALL\n",
    "Cmnd_Alias ANY = ALL\nann ALL=NOPASSWD: ANY\n",
    "Runas_Alias DB = postgres, mysql\nHost_Alias WEB = web1, 10.0.0.0/8\nann WEB=(DB) ALL\n",
    "Defaults use_pty\nDefaults !use_pty\n",
    "Defaults use_pty, !authenticate\nann ALL=(ALL) ALL\nbob ALL=(ALL) PASSWD: ALL\n",
    'Defaults secure_path="/usr/sbin:/usr/bin"\nDefaults env_keep += "A B"\nDefaults env_keep -= "A"\n',
    "Defaults logfile=/var/log/sudo.log,timestamp_timeout=5\n",
    "ann ALL=(ALL) \\\n  NOPASSWD: \\\n ALL\n",
    "ann ALL=(ALL) /bin/kill -9 1\\,2, /bin/echo a\\:b\n",
    '"ann smith" ALL=(ALL) ALL\n',
    "ann ALL=(ALL) sudoedit /etc/motd\n",
    "ann ALL=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 /bin/ls\n",
    "!ann ALL=(ALL) ALL\n",
    "ann ALL=(:adm) /bin/ls\n",
    "ann ALL=(ALL) ALL, !/bin/su\n",
    "ann ALL=(ALL) /usr/bin/systemctl restart foo.service\n",
    "# only a remark\n\n",
    "",
]
BAD = [
    "ann ALL=(ALL)\n",
    "ann ALL\n",
    "ann\n",
    "ann ALL=(ALL ALL\n",
    "ann ALL=(ALL) ls\n",
    "ann ALL=(ALL) NOPASSWD ALL\n",
    "ann ALL=(ALL) /bin/a = b\n",
    "ann, ALL=(ALL) ALL\n",
    "Defaults use_pty,,x\n",
    "Defaults =x\n",
    "Defaults !logfile=/x\n",
    "User_Alias admins = ann\n",
    "User_Alias ADMINS ann\n",
    "User_Alias A = ann\nUser_Alias A = bob\n",
    "User_Alias ALL = ann\n",
    "ann ALL=(ALL) ALL,\n",
    "@include /nowhere/at/all\n",
]


def write(folder: Path, text: str) -> Path:
    file = folder / "sudoers"
    file.write_text(text)
    file.chmod(0o440)
    return file


def visudo_accepts(file: Path) -> bool:
    return subprocess.run(["/usr/sbin/visudo", "-cf", str(file)], capture_output=True).returncode == 0


def ours(file: Path) -> dict[str, Any]:
    value: dict[str, Any] = load_file(Host(), str(file)).value
    return value


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_what_visudo_accepts_says_what_cvtsudoers_says(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    assert visudo_accepts(file)
    done = subprocess.run(["/usr/bin/cvtsudoers", "-e", "-f", "json", str(file)], capture_output=True, check=True)
    theirs = json.loads(done.stdout or b"{}")
    assert [one for rule in ours(file)["rules"] for one in shape(rule)] == list(their_rules(theirs))


def shape(rule: dict[str, Any]) -> list[tuple[Any, ...]]:
    runas = [] if (rule["runas_users"], rule["runas_groups"]) == (["root"], []) else rule["runas_users"]
    who = (rule["users"], rule["hosts"], runas, rule["runas_groups"])
    return [(*who, [command], sorted(rule["tags"])) for command in rule["commands"]]


def their_rules(data: dict[str, Any]) -> Any:
    for spec in data.get("User_Specs", []):
        for command in spec["Cmnd_Specs"]:
            options = {k: v for o in command.get("Options", []) for k, v in o.items()}
            tags = sorted(tag for tag in (tag_of(*o) for o in options.items()) if tag)
            users = flat(command.get("runasusers", []))
            groups = [name.removeprefix("%") for name in flat(command.get("runasgroups", []))]
            runas = [] if (users, groups) == (["root"], []) else users
            for run in flat(command["Commands"]):
                yield flat(spec["User_List"]), flat(spec["Host_List"]), runas, groups, [run], tags


def tag_of(name: str, value: Any) -> str:
    tags = {"authenticate": ("PASSWD", "NOPASSWD"), "noexec": ("NOEXEC", "EXEC")}
    return tags[name][0 if value else 1] if name in tags else ""


def flat(members: list[dict[str, Any]]) -> list[str]:
    marks = {"usergroup": "%", "userid": "#", "usergid": "%#", "nonunixgroup": "%:"}
    out = []
    for member in members:
        negated = "!" if member.get("negated") else ""
        out += [
            f"{negated}{marks.get(kind, '')}{value}"
            for kind, value in member.items()
            if kind not in ("negated", "sha256")
        ]
    return out


def test_options_of_a_command_are_no_part_of_it(tmp_path: Path) -> None:
    file = write(tmp_path, "ann ALL=(ALL) CWD=/tmp TIMEOUT=5m NOPASSWD: /bin/ls\n")  # cvtsudoers writes no JSON for it
    assert visudo_accepts(file)
    assert ours(file)["rules"][0]["commands"] == ["/bin/ls"]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_visudo_refuses_is_unknown(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text)
    assert not visudo_accepts(file)
    with pytest.raises(UnreadableError) as caught:
        ours(file)
    assert caught.value.reason is Reason.PARSE


def look(root: Path, files: dict[str, str]) -> Fact:
    for name, text in files.items():
        path = root / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    key = FactKey.of("config", {"app": "sudoers"})
    return collect([key], Host(root=root))[key]


def test_no_sudoers_is_absent(tmp_path: Path) -> None:
    assert look(tmp_path, {}).missing


def test_folder_is_read_in_order_and_skips_names_with_a_dot_or_tilde(tmp_path: Path) -> None:
    fact = look(tmp_path, {
        "sudoers": "Defaults use_pty\n@includedir /etc/sudoers.d\n#includedir nowhere\n",
        "sudoers.d/20": "Defaults !use_pty\n", "sudoers.d/10": "ann ALL=(ALL) ALL\n",
        "sudoers.d/x.conf": "broken\n", "sudoers.d/x~": "broken\n",
    })  # fmt: skip
    assert fact.value["defaults"] == {"use_pty": False}
    assert fact.origin("defaults", "use_pty") == "/etc/sudoers.d/20:1"
    assert fact.origin("rules", "0") == "/etc/sudoers.d/10:1"


def test_later_rule_takes_the_place_of_an_earlier_for_the_same_people(tmp_path: Path) -> None:
    text = "ann ALL=(ALL) NOPASSWD: ALL\nbob ALL=(ALL) NOPASSWD: ALL\nann ALL=(ALL) ALL\n"
    rules = look(tmp_path, {"sudoers": text}).value["rules"]
    assert [rule["overridden"] for rule in rules] == [True, False, False]


def test_a_narrower_later_rule_takes_no_place(tmp_path: Path) -> None:
    text = "ann ALL=(ALL) NOPASSWD: ALL\nann ALL=(ALL) /bin/ls\nann ALL=(bob) ALL\nann web1=(ALL) ALL\n"
    rules = look(tmp_path, {"sudoers": text}).value["rules"]
    assert not rules[0]["overridden"]


def test_nopasswd_is_what_holds(tmp_path: Path) -> None:
    text = "ann ALL=(ALL) ALL\nbob ALL=(ALL) PASSWD: ALL\nDefaults !authenticate\n"
    rules = look(tmp_path, {"sudoers": text}).value["rules"]
    assert [rule["nopasswd"] for rule in rules] == [True, False]


def test_values_of_defaults(tmp_path: Path) -> None:
    text = 'Defaults env_keep += "A B"\nDefaults env_keep -= "A"\nDefaults logfile=/a\nDefaults logfile=/b\nDefaults:ann !x\n'
    value = look(tmp_path, {"sudoers": text}).value
    assert value["defaults"] == {"env_keep": ["B"], "logfile": "/b"}
    assert value["scoped_defaults"] == [{"scope": "user", "members": ["ann"], "name": "x", "value": False}]


def test_aliases_that_multiply_or_turn_in_a_circle_end(tmp_path: Path) -> None:
    circle = "User_Alias A = B\nUser_Alias B = A\nA ALL=ALL\n"
    assert look(tmp_path / "circle", {"sudoers": circle}).value["rules"][0]["users"] == ["A"]
    bomb = (
        "User_Alias A0 = x, y\n" + "".join(f"User_Alias A{n + 1} = A{n}, A{n}\n" for n in range(30)) + "A30 ALL=ALL\n"
    )
    assert look(tmp_path / "bomb", {"sudoers": bomb}).reason is Reason.REFUSED


def test_a_file_that_includes_itself_is_unknown(tmp_path: Path) -> None:
    assert look(tmp_path, {"sudoers": "@include /etc/sudoers\n"}).reason is Reason.PARSE
