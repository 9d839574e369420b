"""Applicability, and evidence that leads to what decided."""

from datetime import UTC, datetime

import pytest

from shieldwall.check import Check, parse_check
from shieldwall.expectation.matcher import Moment
from shieldwall.fact import Fact, FactKey
from shieldwall.judgement import Subject, judge
from shieldwall.library import read_yaml
from shieldwall.outcome import Outcome, Reason

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
