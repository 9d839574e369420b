"""Loading a check: every refusal names file, line, key and the nearest valid name."""

import pytest

from shieldwall.checks.check import parse_check, parse_examples
from shieldwall.errors import PackError
from shieldwall.packs.library import read_yaml

GOOD = """\
id: demo-check
rev: 1
title: Demo
why: Because.
topic: demo
theme: access
scope: host
severity: high
platforms: [linux]
params:
  limit: {type: integer, default: 4, min: 1, max: 10}
applies: {package: {name: openssh-server}, expect: {exists: true}}
test:
  all:
    - {config: {app: sshd}, get: maxauthtries, expect: {le: $limit}}
    - {account: {part: users}, each: {where: {uid: 0}, get: name}, expect: root}
on_missing: fail
fix: [{text: Put it right., snippet: MaxAuthTries 4}]
effort: minutes
lifecycle: stable
examples:
  - facts:
      config(app=sshd): {maxauthtries: 4}
      account(part=users): [{name: root, uid: 0}]
      package(name=openssh-server): {version: "1"}
    result: pass
  - facts:
      config(app=sshd): {maxauthtries: 6}
      account(part=users): []
      package(name=openssh-server): {version: "1"}
    result: fail
"""


def load(text: str) -> object:
    check = parse_check(read_yaml(text.encode(), "checks/demo/demo-check.yaml"))
    return parse_examples(check)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("severity: high", "severty: high", 8, "severty", "did you mean 'severity'"),
        ("severity: high", "severity: hihg", 8, "severity", "did you mean 'high'"),
        ("{config: {app: sshd}", "{confg: {app: sshd}", 15, "test.all.0.confg", "did you mean 'config'"),
        ("{app: sshd}, get", "{app: sshdd}, get", 15, "test.all.0.config.app", "did you mean 'sshd'"),
        ("{app: sshd}, get", "{command: id}, get", 15, "test.all.0.config.command", "unknown key 'command'"),
        ("{le: $limit}", "{lee: $limit}", 15, "test.all.0.expect.lee", "did you mean 'le'"),
        ("{le: $limit}", "{le: $limt}", 15, "test.all.0.expect.le", "whole number"),
        ("expect: root}", "expect: $nobody}", 16, "test.all.1.expect", "no parameter is called 'nobody'"),
        ("expect: root}", "expect: {matches: '(?P<x'}}", 16, "test.all.1.expect.matches", "not an RE2 pattern"),
        ("expect: root}", f"expect: {{matches: {'x' * 300}}}}}", 16, "test.all.1.expect.matches", "at most 256"),
        ("expect: root}", "expect: {mode_max: 640}}", 16, "test.all.1.expect.mode_max", "expected text"),
        ("each: {where", "each: {whre", 16, "test.all.1.each.whre", "did you mean 'where'"),
        ("default: 4", "default: 40", 11, "params.limit.default", "from 1 to 10"),
        ("title: Demo\n", "", 1, "", "the key 'title' is missing"),
        ("id: demo-check", "id: Demo_Check", 1, "id", "small letters"),
        ("result: fail", "result: pass", 21, "examples", "at least one example must end in 'fail'"),
        ("config(app=sshd): {maxauthtries: 6}", "config(app=ssh): {}", 28, "examples.1.facts.config(app=ssh)",
         "no such fact"),
        ("on_missing: fail", "on_missing: ignore", 17, "on_missing", "unknown value 'ignore'"),
        ("effort: minutes", "effort: minutes\nmax_age: forever", 20, "max_age", "not a duration"),
        ("effort: minutes", "effort: minutes\nfunding_category: F-BAKCUP", 20, "funding_category",
         "did you mean 'F-BACKUP'"),
    ],
)  # fmt: skip
def test_refusals(old: str, new: str, line: int, key: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(PackError, match=r"checks/demo/demo-check\.yaml") as caught:
        load(GOOD.replace(old, new, 1))
    assert (caught.value.line, caught.value.key) == (line, key), str(caught.value)
    assert words in str(caught.value)


def test_good_is_good() -> None:
    check = parse_check(read_yaml(GOOD.encode(), "f"))
    assert [str(key) for key in check.bind().keys()] == [  # noqa: SIM118
        "package(name=openssh-server)", "config(app=sshd)", "account(part=users)",
    ]  # fmt: skip
    assert (check.weight, check.attested, check.missing.outcome) == (6, False, "fail")
    assert check.funding_category == "", "know-how alone closes the gap"
    bought = parse_check(read_yaml(f"{GOOD}funding_category: F-BACKUP\n".encode(), "f"))
    assert bought.funding_category == "F-BACKUP"
    with pytest.raises(PackError, match="no such parameter"):
        check.bind({"other": 1})
    with pytest.raises(PackError, match="from 1 to 10"):
        check.bind({"limit": 11})
