"""What was seen and wanted, in words that need no manual."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.render.words import said_value, seen_lines, wanted
from shieldwall.checks.expectation.evaluate import evaluate
from shieldwall.checks.expectation.parse import parse_test
from shieldwall.checks.expectation.test import fact_keys
from shieldwall.checks.fact import Fact
from shieldwall.checks.judgement import EXAMPLE_MOMENT, Judgement
from shieldwall.checks.outcome import FAILED
from shieldwall.encoding.cursor import Cursor, Document

KERNEL = {"kernel": {"sysctl": "kernel.x"}}
USERS = {"account": {"part": "users"}}
GONE = {"?": "absent"}


def told(test: dict[str, Any], *values: Any) -> list[str]:
    """The lines for a failing check; each value is that of the next fact."""
    parsed = parse_test(Cursor(test, Document("x")))
    facts = {key: Fact.from_example(value) for key, value in zip(dict.fromkeys(fact_keys(parsed)), values, strict=True)}
    tree = evaluate(parsed, facts, EXAMPLE_MOMENT, FAILED)
    return seen_lines(Judgement(tree.verdict, tree).decisive(), tree.verdict.outcome)


CASES: list[tuple[dict[str, Any], list[Any], list[str]]] = [
    (
        {"all": [{**KERNEL, "get": "running", "expect": {"in": [1, 2]}}, {**KERNEL, "get": "persistent", "expect": {"in": [1, 2]}}]},
        [{"running": 0, "persistent": GONE}], ["kernel.x: running 0, wanted 1 or 2; saved nowhere"],
    ),
    ({"config": {"app": "sshd"}, "get": "every.x", "each": {}, "expect": "no"}, [{"every": {"x": ["yes"]}}], ["sshd: x yes, wanted no"]),
    (
        {"kernel": {"sysctls": ["a.b", "c.d"]}, "each": {"get": "running"}, "expect": 1},
        [{"a.b": {"running": 0}, "c.d": {"running": 2}}], ["kernel: a.b running 0, wanted 1; c.d running 2"],
    ),
    ({**USERS, "none": {"where": {"human": True}, "get": "admin"}, "expect": True}, [[{"name": "ann", "human": True, "admin": True}]], ["users: ann admin"]),
    (
        {**USERS, "each": {"get": "home"}, "expect": {"starts": "/home/"}},
        [[{"name": "ann", "home": "/srv"}]], ["users: ann home /srv, wanted /home/ in front"],
    ),
    (
        {"file": {"path": "/etc/x"}, "expect": {"fields": {"owner": "root", "mode": {"mode_max": "0600"}}}},
        [{"owner": "ann", "mode": "0644", "size": 9}], ["/etc/x: owner ann, rights 0644, wanted owner root, rights 0600 or fewer"],
    ),
    ({"package": {"names": ["a", "b", "c", "d", "e"]}, "expect": {"empty": False}}, [[]], ["a, b, c, d and 1 more: none is installed"]),
    ({"package": {"name": "telnetd"}, "expect": {"exists": False}}, [{"version": "1"}], ["telnetd: there"]),
    ({"listen": {}, "none": {"where": {"loopback": False}, "get": "proto"}, "expect": {"in": ["tcp"]}},
     [[{"proto": "tcp", "address": "::", "port": 23, "loopback": False, "process": "telnetd"}]], ["listening: tcp :: port 23, telnetd"]),
    ({"config": {"app": "pam"}, "get": "auth", "some": {"where": {"module": "a.so"}, "get": "args.deny"}, "expect": {"gt": 0}},
     [{"auth": [{"module": "b.so"}]}], ["pam: auth none with module a.so"]),
    ({"config": {"app": "pam"}, "get": "auth", "some": {"get": "module"}, "expect": "a.so"},
     [{"auth": [{"module": "b.so"}, {"module": "c.so"}]}], ["pam: auth none of 2 has module a.so"]),
    ({"not": {"time_sync": {}, "get": "synchronised", "expect": False}}, [{"synchronised": False}], ["clock: synchronised no, wanted not no"]),
    ({"text": {"path": "/etc/x", "pattern": "y"}, "expect": {"empty": True}}, [[{"text": "y = 1", "line": 3}]], ["/etc/x: (text y = 1, line 3), wanted nothing"]),
]  # fmt: skip


@pytest.mark.parametrize(("test", "values", "lines"), CASES)
def test_a_finding_reads_as_words(test: dict[str, Any], values: list[Any], lines: list[str]) -> None:
    assert told(test, *values) == lines


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"le": 4}, "at most 4"), ({"gt": 0, "le": 900}, "more than 0 and at most 900"), ({"in": ["a", "b", "c"]}, "a, b or c"),
        ([{"exists": True}, True], "yes"), ({"not": {"matches": "^x"}}, "not text like ^x"), ({"has": "x"}, "x among them"),
        ({"any": [{"exists": False}, {"ne": "none"}]}, "nothing there or anything but none"), ({"within": [1, 9]}, "1 to 9"), ({"not": {"has": {"not": {"starts": "x"}}}}, "only x in front"), ({"matches": "x" * 41}, "text of the form the check names"),
        ({"version_ge": "1.9"}, "version 1.9 or newer"), ({"age_max": "7d"}, "not older than 7d"), ({"len": {"le": 3}}, "at most 3 of them"),
    ],
)  # fmt: skip
def test_what_was_wanted_reads_as_words(expect: Any, words: str) -> None:
    assert wanted(expect) == words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@given(JSON)
def test_any_value_can_be_said_and_none_is_json(value: Any) -> None:
    said = said_value(value)
    assert said and not (isinstance(value, (dict, list)) and value and said == json.dumps(value))
