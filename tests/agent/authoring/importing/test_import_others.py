"""goss files and HardeningKitty lists become checks; what cannot be said is named."""

from pathlib import Path

import pytest
from planted import planted

from agent.authoring.importing.bringing import Brought, bring
from agent.authoring.library_check import faults_of_check
from agent.scan.collect import collect
from shieldwall.checks.check import Example
from shieldwall.checks.expectation.evaluate import evaluate
from shieldwall.checks.expectation.test import fact_keys
from shieldwall.checks.judgement import EXAMPLE_MOMENT, judge_example
from shieldwall.checks.outcome import Outcome
from shieldwall.errors import PackError
from shieldwall.packs.pack import Pack, load_folders

GOSS = """
file:
  /etc/motd: {exists: true, mode: "0644", filetype: file, contains: ["Welcome", "!/^evil/"]}
  /etc/none: {exists: false, mode: "0600"}
  /etc/big: {sha256: abc, size: {lt: 100}}
package:
  telnetd: {installed: false}
kernel-param:
  kernel.kptr_restrict: {value: "2"}
user:
  ann: {exists: true, uid: {and: [{gt: 500}, {lt: 2000}]}, home: {or: [/home/ann, /srv/ann]}, shell: {match-regexp: "sh$"}, groups: [staff]}
group:
  staff: {exists: true, gid: 50}
service:
  ssh: {title: SSH starts with the host, enabled: true}
port:
  tcp:22: {listening: true, ip: ["0.0.0.0"]}
mount:
  /tmp: {exists: false}
process:
  chronyd: {running: true}
command:
  "touch /tmp/never": {exit-status: 0}
"""
TREE = {
    "/etc/motd": "Welcome\n", "/etc/big": "x", "/etc/passwd": "ann:x:1000:50::/srv/ann:/bin/bash\n", "/etc/group": "staff:x:50:\n",
    "/var/lib/dpkg/status": "Package: base\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n",
    "/.shieldwall/runtime.json": '{"kernel.kptr_restrict": 2}', "/lib/systemd/system/ssh.service": "[Install]\nWantedBy=multi-user.target\n",
    "/etc/fstab": "",
}  # fmt: skip
KITTY = """ID,Category,Name,Method,MethodArgument,RegistryPath,RegistryItem,ClassName,Namespace,Property,DefaultValue,RecommendedValue,Operator,Severity
1,Sec,"Blank, passwords",Registry,,HKLM:\\System\\Lsa,LimitBlank,,,,1,1,=,Medium
2,Sec,Lockout,accountpolicy,,,,,,,Never,10,<=,Low
3,Sec,Idle,Registry,,HKLM:\\Software\\X,Idle,,,,0,900,<=!0,High
4,Sec,Zero,Registry,,HKLM:\\Software\\X,Zero,,,,,1,=|0,Low
5,Sec,Text,Registry,,HKLM:\\Software\\X,Text,,,,,abc,contains,Low
6,Sec,Length,Registry,,HKLM:\\Software\\X,Length,,,,,14,>=,Low
"""


def brought(tmp_path: Path, kind: str, text: str) -> tuple[Brought, Pack]:
    (tmp_path / "own").write_text(text)
    out = bring(kind, tmp_path / "own", tmp_path / "out")
    for file in (tmp_path / "out/checks").rglob("*.yaml"):
        assert faults_of_check(file) == []
    return out, load_folders(tmp_path / "out/checks", tmp_path / "out/policies")


def test_goss_resources_judge_a_tree(tmp_path: Path) -> None:
    out, pack = brought(tmp_path, "goss", GOSS)
    assert out.faults == ()
    host = planted(
        tmp_path / "root",
        TREE,
        {"/etc/systemd/system/multi-user.target.wants/ssh.service": "/lib/systemd/system/ssh.service"},
    )
    (tmp_path / "root/etc/motd").chmod(0o644)
    seen = {}
    for check in pack.all_checks():
        test = check.bind().test
        seen[check.id] = str(
            evaluate(test, collect(list(fact_keys(test)), host).facts, EXAMPLE_MOMENT, check.missing).verdict.outcome
        )
    assert seen == {
        "goss-file-etc-motd": "pass", "goss-file-etc-none": "pass", "goss-file-etc-big": "unknown", "goss-package-telnetd": "pass",
        "goss-kernel-param-kernel-kptr-restrict": "pass", "goss-user-ann": "pass", "goss-group-staff": "pass", "goss-service-ssh": "pass",
        "goss-port-tcp-22": "unknown", "goss-mount-tmp": "pass", "goss-process-chronyd": "unknown", "goss-command-touch-tmp-never": "unknown",
    }  # fmt: skip
    assert [o.id for o in out.none] == ["goss-command-touch-tmp-never"] and not Path("/tmp/never").exists()
    assert pack.check("goss-service-ssh").title == "SSH starts with the host"


@pytest.mark.parametrize(("text", "says"), [("bogus: {x: {y: 1}}\nfile: {/a: {exists: true}}", "goss has no resource"),
                                            ("port: {abc: {listening: true}}\nfile: {/a: {exists: true}}", "tcp:22"),
                                            ("file: {/a: {exists: maybe}, /b: {exists: true}}", "true or false")])  # fmt: skip
def test_a_wrong_goss_resource_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    out, _ = brought(tmp_path, "goss", text)
    assert len(out.faults) == 1 and says in out.faults[0] and f"{tmp_path / 'own'}:1: " in out.faults[0]


def test_templates_are_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("file:\n{{range .}}\n")
    with pytest.raises(PackError, match="goss render"):
        bring("goss", tmp_path / "own", tmp_path / "out")


@pytest.mark.parametrize(
    ("check_id", "value", "expected"),
    [
        ("1", 1, "pass"), ("1", 0, "fail"), ("1", None, "pass"), ("3", 900, "pass"), ("3", 901, "fail"), ("3", 0, "fail"), ("3", None, "fail"),
        ("4", 1, "pass"), ("4", 0, "pass"), ("4", 2, "fail"), ("4", None, "fail"), ("5", "xabcx", "pass"), ("5", "ab", "fail"),
        ("6", 14, "pass"), ("6", 13, "fail"),
    ],
)  # fmt: skip
def test_registry_findings_take_the_default_of_windows_for_a_value_never_written(
    tmp_path: Path, check_id: str, value: object, expected: str
) -> None:
    out, pack = brought(tmp_path, "hardeningkitty", KITTY)
    assert [o.id for o in out.none] == ["hardeningkitty-2"] and out.faults == ()
    check = pack.check(f"hardeningkitty-{check_id}")
    (key,) = set(map(str, fact_keys(check.bind().test)))
    facts = {key: {"?": "absent"} if value is None else {"value": value}}
    verdict = judge_example(check, Example(facts, {}, "windows", "server", Outcome.PASS, None), EXAMPLE_MOMENT).verdict
    assert str(verdict.outcome) == expected


def test_a_broken_row_is_named_with_its_line(tmp_path: Path) -> None:
    out, _ = brought(tmp_path, "hardeningkitty", KITTY + "7,short\n")
    assert out.faults == (f"{tmp_path / 'own'}:8: expected 14 columns",)
    (tmp_path / "own").write_text("a,b\n1,2\n")
    with pytest.raises(PackError, match="column ID"):
        bring("hardeningkitty", tmp_path / "own", tmp_path / "out")
