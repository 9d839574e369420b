"""Applicability, and evidence that leads to what decided."""

from datetime import UTC, datetime

import pytest

from shieldwall.checks.check import Check, parse_check
from shieldwall.checks.expectation.matcher import Moment
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.judgement import FAMILIES, Subject, experimental, judge
from shieldwall.checks.outcome import Outcome, Reason
from shieldwall.errors import PackError
from shieldwall.packs.library import read_yaml

MOMENT = Moment(datetime(2026, 11, 1, tzinfo=UTC))
SSHD, PACKAGE = FactKey.of("config", {"app": "sshd"}), FactKey.of("package", {"name": "openssh-server"})
TEXT = """\
id: demo
rev: 1
title: Demo
why: Because.
topic: demo
theme: access
scope: host
severity: high
platforms: [debian]
roles: [server]
applies: {package: {name: openssh-server}, expect: {exists: true}}
test:
  all:
    - {config: {app: sshd}, get: permitrootlogin, expect: "no"}
    - not: {config: {app: sshd}, get: permitemptypasswords, expect: "yes"}
on_missing: fail
fix: [{text: Put it right.}]
effort: minutes
lifecycle: stable
examples: []
"""


@pytest.fixture
def check() -> Check:
    return parse_check(read_yaml(TEXT.encode(), "f"))


def outcome(check: Check, package: Fact, sshd: Fact, subject: Subject | None = None) -> tuple[Outcome, Reason | None]:
    facts = {PACKAGE: package, SSHD: sshd}
    verdict = judge(check, check.bind(), facts, subject or Subject("debian", "server"), MOMENT).verdict
    return verdict.outcome, verdict.reason


HERE = Fact.known({"version": "1"})
GOOD = Fact.known({"permitrootlogin": "no", "permitemptypasswords": "no"})


def test_applicability(check: Check) -> None:
    hidden = Fact.unknown(Reason.PRIVILEGE)
    assert outcome(check, HERE, GOOD) == (Outcome.PASS, None)
    assert outcome(check, Fact.absent(), GOOD) == (Outcome.NOT_APPLICABLE, None)
    assert outcome(check, hidden, GOOD) == (Outcome.UNKNOWN, Reason.PRIVILEGE)
    assert outcome(check, HERE, GOOD, Subject("rhel", "server")) == (Outcome.NOT_APPLICABLE, None)
    assert outcome(check, HERE, GOOD, Subject("debian", "workstation")) == (Outcome.NOT_APPLICABLE, None)
    assert outcome(check, HERE, hidden) == (Outcome.UNKNOWN, Reason.PRIVILEGE)
    assert outcome(check, HERE, Fact.absent()) == (Outcome.FAIL, None)


def test_evidence_names_only_what_decided(check: Check) -> None:
    origins = {"permitrootlogin": "/etc/ssh/sshd_config:3", "permitemptypasswords": "/etc/ssh/sshd_config:9"}
    bad = Fact.known({"permitrootlogin": "no", "permitemptypasswords": "yes"}, origins=origins)
    judgement = judge(check, check.bind(), {PACKAGE: HERE, SSHD: bad}, Subject("debian", "server"), MOMENT)
    assert [seen.origin for _, seen in judgement.decisive() if seen] == ["/etc/ssh/sshd_config:9"]


INSTEAD = """\
instead:
  - platforms: [windows]
    applies: {service: {name: sshd}, expect: {exists: true}}
    test: {registry: {key: 'HKLM\\X', value: V, default: 1}, get: value, expect: 1}
    on_missing: pass
"""
SERVICE = FactKey.of("service", {"name": "sshd"})
VALUE = FactKey.of("registry", {"key": "HKLM\\X", "value": "V", "default": 1})


def test_a_platform_may_be_judged_by_a_test_of_its_own() -> None:
    text = TEXT.replace("[debian]", "[debian, windows]").replace("examples: []\n", INSTEAD + "examples: []\n")
    check = parse_check(read_yaml(text.encode(), "f"))
    bound, windows = check.bind(), Subject("windows", "server")
    assert bound.keys(FAMILIES["windows"]) == [SERVICE, VALUE]
    assert bound.keys(FAMILIES["debian"]) == [PACKAGE, SSHD]
    assert bound.keys() == [PACKAGE, SSHD, SERVICE, VALUE]

    def seen(subject: Subject, **facts: Fact) -> Outcome:
        given = {SERVICE: facts.get("service", HERE), VALUE: facts["value"], PACKAGE: HERE, SSHD: GOOD}
        return judge(check, bound, given, subject, MOMENT).verdict.outcome

    bad = Fact.known({"value": 0})
    assert seen(windows, value=bad) is Outcome.FAIL
    assert seen(windows, value=Fact.known({"value": 1})) is Outcome.PASS
    assert seen(windows, value=Fact.absent()) is Outcome.PASS
    assert seen(windows, value=bad, service=Fact.absent()) is Outcome.NOT_APPLICABLE
    assert seen(Subject("debian", "server"), value=bad) is Outcome.PASS


def test_a_test_of_its_own_is_only_for_platforms_the_check_is_for() -> None:
    text = TEXT.replace("examples: []\n", INSTEAD + "examples: []\n")
    with pytest.raises(PackError, match=r"instead.*windows|windows"):
        parse_check(read_yaml(text.encode(), "f"))


def test_what_never_ran_on_a_real_system_is_experimental(check: Check) -> None:
    assert not experimental(check, Subject("debian", "server"))
    assert experimental(check, Subject("windows", "server"))
    assert experimental(check, Subject("macos", "workstation"))
    asked = parse_check(read_yaml(TEXT.replace("scope: host", "scope: organisation").encode(), "f"))
    assert not experimental(asked, Subject("windows", "server"))
    new = parse_check(read_yaml(TEXT.replace("lifecycle: stable", "lifecycle: experimental").encode(), "f"))
    assert experimental(new, Subject("debian", "server"))
