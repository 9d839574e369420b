"""Problem details and the rarer signed messages come back as they went, and nothing else comes back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.messages import notice, statement
from shieldwall.messages.problem import MEANINGS, Problem, ProblemType, parse_problem

AT = statement.Position("cluster.example/cluster-7/log1", "agt_" + "0" * 26, 1, 4, "cd" * 32)
NONCE = "0b0c7a4e-5c1f-4f4e-9a3e-0d9a0a0b0c0d"
GAP = notice.Gap(AT, NONCE, ("ab" * 32, "ef" * 32), notice.GapReason.OVERFLOW)
LEAVE = notice.Leave(AT.aud, AT.agent, 1, NONCE)


@given(st.sampled_from(ProblemType), st.none() | st.integers(1, 10**6), st.lists(st.integers(1, 99), max_size=5))
def test_every_problem_comes_back(kind: ProblemType, seq: int | None, supported: list[int]) -> None:
    made = Problem(kind, seq, None if seq is None else "ab" * 32, tuple(supported), "/predicate/aud")
    assert parse_problem(made.encode()) == made
    assert made.status == canonical.decode(made.encode())["status"] == MEANINGS[kind].status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"{}",
        b'{"type":"about:blank"}',
        b'{"type":"agent-revoked"}',
        b'{"type":7}',
        b"[]",
        b'{"type":"https://shieldwall.dev/problems/new"}',
    ],
)
def test_what_a_proxy_says_is_no_problem_of_ours(body: bytes) -> None:
    with pytest.raises(IntegrityError):
        parse_problem(body)


def test_title_and_retry_are_not_taken_from_the_wire() -> None:
    value = canonical.decode(Problem(ProblemType.AGENT_REVOKED).encode())
    lied = parse_problem(canonical.encode({**value, "retry": "later", "title": "please run rm", "status": 200}))
    assert lied == Problem(ProblemType.AGENT_REVOKED)


def test_notices_come_back() -> None:
    assert notice.parse_gap(GAP.encode()) == GAP
    assert GAP.last == 5
    assert notice.parse_leave(LEAVE.encode()) == LEAVE
    assert notice.predicate_type(GAP.encode()) == notice.GAP_PREDICATE_TYPE


def test_a_gap_counts_right() -> None:
    value = canonical.decode(GAP.encode())
    nothing = {**value["predicate"], "digests": [], "to": AT.seq - 1}
    for change in ({"predicate": nothing}, {"subject": []}, {"subject": value["subject"] * 2}):
        with pytest.raises(SchemaError):
            notice.parse_gap(canonical.encode({**value, **change}))
    for to in (4, 6):
        with pytest.raises(SchemaError, match="/predicate/to"):
            notice.parse_gap(canonical.encode({**value, "predicate": {**value["predicate"], "to": to}}))
    with pytest.raises(IntegrityError):
        notice.parse_gap(GAP.encode() + b"\n")
    with pytest.raises(SchemaError):
        notice.parse_gap(replace(GAP, digests=("ab" * 32,) * 5000).encode())


@pytest.mark.parametrize("parse", [notice.parse_gap, notice.parse_leave, statement.parse])
@given(
    value=st.recursive(
        st.none() | st.integers() | st.text(),
        lambda i: st.lists(i, max_size=3) | st.dictionaries(st.text(max_size=4), i, max_size=3),
        max_leaves=6,
    )
)
def test_hostile_json_is_refused(parse: object, value: object) -> None:
    try:
        data = canonical.encode(value)
    except UnicodeEncodeError:
        data = b"\xff"
    with pytest.raises(IntegrityError):
        parse(data)  # type: ignore[operator]
