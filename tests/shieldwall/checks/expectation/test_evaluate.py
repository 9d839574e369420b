"""Judging asserts: operators, quantifiers, absence, and parts that could not be seen."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shieldwall.checks.expectation.evaluate import Node, evaluate
from shieldwall.checks.expectation.matcher import Moment
from shieldwall.checks.expectation.parse import parse_test
from shieldwall.checks.fact import Fact, FactKey, path_of
from shieldwall.checks.outcome import FAILED, PASSED, Reason, Verdict, unknown
from shieldwall.encoding.cursor import Cursor, Document

MOMENT = Moment(datetime(2026, 11, 1, tzinfo=UTC))
KEY = FactKey.of("account", {"part": "users"})
PRIVILEGE = unknown(Reason.PRIVILEGE)
HIDDEN = {"?": "privilege"}


def judge(value: Any, test: dict[str, Any], missing: Verdict = FAILED) -> Node:
    whole = {"account": {"part": "users"}, **test}
    return evaluate(parse_test(Cursor(whole, Document("f"))), {KEY: Fact.from_example(value)}, MOMENT, missing)


@pytest.mark.parametrize(
    ("value", "matcher", "holds"),
    [
        ("no", "no", True), ("No", "no", False), (4, 4, True), ("4", 4, True), (True, True, True), (1, True, False),
        ("true", True, False), (None, None, True), (3, {"lt": 4}, True), ("3", {"lt": 4}, True), (4, {"lt": 4}, False),
        (4, {"le": 4}, True), (4, {"gt": 4}, False), (4, {"ge": 4}, True), ("a", {"in": ["a", "b"]}, True),
        ("c", {"not_in": ["a", "b"]}, True), ("abc", {"matches": "^a.c$"}, True), ("abc", {"contains": "b"}, True),
        ("abc", {"starts": "ab"}, True), ("abc", {"ends": "bc"}, True), ([], {"empty": True}, True),
        ("", {"empty": True}, True), (["x"], {"len": 1}, True), (["x"], {"len": {"ge": 2}}, False),
        (["x", "y"], {"has": "x"}, True), ({"x": 1}, {"has": "x"}, True), (["x", "y"], {"superset": ["x"]}, True),
        (["x"], {"subset": ["x", "y"]}, True), (["y", "x"], {"same_set": ["x", "y"]}, True),
        ("1:9.2p1-2+deb12u3", {"version_ge": "1:9.2p1-2+deb12u2"}, True), ("2.0~rc1", {"version_lt": "2.0"}, True),
        ("1.10", {"version_lt": "1.9"}, False), ("0640", {"mode_max": "0640"}, True), ("0644", {"mode_max": "0640"}, False),
        ("4755", {"mode_max": "0755"}, False), ("2026-10-20T00:00:00Z", {"age_max": "14d"}, True),
        ("2026-10-10T00:00:00Z", {"age_max": "14d"}, False), (3600, {"age_max": "1h"}, True), (3601, {"age_max": "1h"}, False),
        (5, {"within": [5, 9]}, True), (10, {"within": [5, 9]}, False), ({"a": 1}, {"fields": {"a": 1}}, True),
        ({"a": {"b": 1}}, {"fields": {"a.b": 2}}, False), (3, {"any": [1, 3]}, True), (3, {"not": 3}, False),
        (3, [{"gt": 1}, {"lt": 4}], True), (3, {"gt": 1, "lt": 3}, False), ("x", {"exists": True}, True),
        ("x", {"exists": False}, False),
    ],
)  # fmt: skip
def test_operators(value: Any, matcher: Any, holds: bool) -> None:
    assert judge(value, {"expect": matcher}).verdict == (PASSED if holds else FAILED)


@pytest.mark.parametrize(
    ("value", "matcher"),
    [("many", {"lt": 4}), ([1], {"lt": 4}), ("x", {"has": "x"}), (1, {"len": 1}), ("rw", {"mode_max": "0640"}),
     ("yesterday", {"age_max": "1d"}), ("2026-10-20T00:00:00", {"age_max": "1d"}), ("x", {"fields": {"a": 1}})],
)  # fmt: skip
def test_a_value_of_another_kind_is_unknown_and_no_error(value: Any, matcher: Any) -> None:
    assert judge(value, {"expect": matcher}).verdict == unknown(Reason.PARSE)


@pytest.mark.parametrize("missing", [PASSED, FAILED, unknown(Reason.UNSUPPORTED)])
@pytest.mark.parametrize("where", ["fact", "path", "mark"])
def test_absence_means_what_the_check_says_under_not_too(missing: Verdict, where: str) -> None:
    value = {"fact": {"?": "absent"}, "path": {"other": 1}, "mark": {"a": {"?": "absent"}}}[where]
    assert judge(value, {"get": "a", "expect": 1}, missing).verdict == missing
    assert judge(value, {"get": "a", "expect": {"not": 1}}, missing).verdict == missing
    inner = {"account": {"part": "users"}, "get": "a", "expect": 1}
    turned = parse_test(Cursor({"not": inner}, Document("f")))
    assert evaluate(turned, {KEY: Fact.from_example(value)}, MOMENT, missing).verdict == missing
    assert judge(value, {"get": "a", "expect": {"exists": False}}, missing).verdict == PASSED
    assert judge(value, {"get": "a", "none": {}, "expect": 1}, missing).verdict == missing


@pytest.mark.parametrize(
    ("users", "test", "verdict"),
    [
        ([], {"each": {}, "expect": 1}, PASSED),
        ([], {"some": {}, "expect": 1}, FAILED),
        ([], {"none": {}, "expect": 1}, PASSED),
        ([1, HIDDEN], {"each": {}, "expect": 1}, PRIVILEGE),
        ([2, HIDDEN], {"each": {}, "expect": 1}, FAILED),
        ([1, HIDDEN], {"some": {}, "expect": 1}, PASSED),
        ([2, HIDDEN], {"none": {}, "expect": 1}, PRIVILEGE),
        ([1, HIDDEN], {"none": {}, "expect": 1}, FAILED),
        ([{"u": 0, "h": HIDDEN}], {"each": {"where": {"u": 0}, "get": "h"}, "expect": "x"}, PRIVILEGE),
        ([{"u": 1, "h": HIDDEN}], {"each": {"where": {"u": 0}, "get": "h"}, "expect": "x"}, PASSED),
        ([{"u": HIDDEN, "h": "x"}], {"each": {"where": {"u": 0}, "get": "h"}, "expect": "x"}, PASSED),
        ([{"u": HIDDEN, "h": "y"}], {"each": {"where": {"u": 0}, "get": "h"}, "expect": "x"}, PRIVILEGE),
        ([{"h": "y"}], {"each": {"where": {"u": 0}, "get": "h"}, "expect": "x"}, PASSED),
        ({"a": {"h": "x"}, "b": {"h": "y"}}, {"each": {"get": "h"}, "expect": "x"}, FAILED),
        (HIDDEN, {"each": {}, "expect": 1}, PRIVILEGE),
        ([HIDDEN, "x"], {"expect": {"superset": ["x"]}}, PASSED),
        ([HIDDEN, "x"], {"expect": {"superset": ["y"]}}, PRIVILEGE),
        ([HIDDEN, "z"], {"expect": {"subset": ["x"]}}, FAILED),
        ([HIDDEN, "x"], {"expect": {"subset": ["x"]}}, PRIVILEGE),
    ],
)
def test_quantifiers(users: Any, test: dict[str, Any], verdict: Verdict) -> None:
    assert judge(users, test).verdict == verdict


def test_evidence_shows_the_culprits_and_where_they_stand() -> None:
    fact = Fact.known([{"n": "a"}, {"n": "b"}, {"n": "c"}], source="/etc/passwd", origins={"1": "/etc/passwd:2"})
    whole = {"account": {"part": "users"}, "each": {"get": "n"}, "expect": {"ne": "b"}}
    node = evaluate(parse_test(Cursor(whole, Document("f"))), {KEY: fact}, MOMENT, FAILED)
    assert [(s.value, s.origin) for s in node.seen] == [({"n": "b"}, "/etc/passwd:2")]


def test_origins_of_names_with_dots_are_found() -> None:
    value = {"net.ipv4.ip_forward": {"running": 1}}
    fact = Fact.known(value, source="/proc/sys", origins={path_of("net.ipv4.ip_forward"): "/etc/sysctl.conf:3"})
    whole = {"account": {"part": "users"}, "get": '["net.ipv4.ip_forward"].running', "expect": 0}
    node = evaluate(parse_test(Cursor(whole, Document("f"))), {KEY: fact}, MOMENT, FAILED)
    assert node.seen[0].origin == "/etc/sysctl.conf:3"


def test_a_fact_nobody_collected_is_unknown() -> None:
    whole = {"account": {"part": "users"}, "expect": 1}
    node = evaluate(parse_test(Cursor(whole, Document("f"))), {}, MOMENT, FAILED)
    assert node.verdict == unknown(Reason.UNSUPPORTED)
