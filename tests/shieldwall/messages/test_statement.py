"""The closed schema of what leaves a firm: nothing more, nothing less, one way to write it."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.signer import SSlibKey
from trestle.common.err import TrestleError
from trestle.core.signing import IN_TOTO_STATEMENT_TYPE, load_in_toto_statement, verify_dsse_payload

from shieldwall.checks.outcome import FAILED, PASSED, Outcome, Overlay, Reason, Verdict, unknown
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.messages import statement
from shieldwall.messages.commitment import evidence_commitment, verify_opening

AT = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
BASE = statement.Statement(
    "ab" * 32,
    statement.Position("cluster.example/cluster-7/log1", "agt_" + "0" * 26, 1, 1, "cd" * 32),
    statement.Run("0b0c7a4e-5c1f-4f4e-9a3e-0d9a0a0b0c0d", AT, AT + timedelta(minutes=1), statement.Trigger.SCHEDULE),
    statement.Tool("shieldwall", "0.1.0"),
    statement.Bundle("core", "2026.3", "ef" * 32),
    statement.Asset(statement.AssetClass.SERVER, statement.Family.LINUX),
    True,
    statement.Seen(7, "01" * 32),
    {"ssh-root-login": FAILED, "disk-encryption": unknown(Reason.PRIVILEGE), "updates-recent": PASSED},
    {"ssh-root-login": Overlay.WAIVED},
)
VALUE = canonical.decode(BASE.encode())

ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,79}", fullmatch=True)
verdicts = st.sampled_from([*(Verdict(o) for o in Outcome if o is not Outcome.UNKNOWN), *map(unknown, Reason)])


@given(st.dictionaries(ids, verdicts, min_size=1, max_size=30), st.data())
def test_every_statement_comes_back(judged: dict[str, Verdict], data: st.DataObject) -> None:
    overlays = data.draw(st.dictionaries(st.sampled_from(sorted(judged)), st.sampled_from(Overlay)))
    made = replace(
        BASE,
        verdicts=judged,
        overlays=overlays,
        clock_synced=data.draw(st.sampled_from([True, False, None])),
        log=data.draw(st.sampled_from([None, BASE.log])),
    )
    assert statement.parse(made.encode()) == made


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def pointer(path: tuple[Any, ...]) -> str:
    return "".join(f"/{part}" for part in path)


def with_member(path: tuple[Any, ...], new: Any) -> bytes:
    value = copy.deepcopy(VALUE)
    if not path:
        return canonical.encode(new)
    at = value
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = new
    return canonical.encode(value)


@pytest.mark.parametrize("path", list(places(VALUE)), ids=pointer)
@pytest.mark.parametrize("wrong", [7, -1, "", "host.example.com", "/etc/passwd", "Ünïcode", ["x"], {"host": "db1"}])
def test_every_place_refuses_what_does_not_belong(path: tuple[Any, ...], wrong: Any) -> None:
    """The one place that takes a small integer other than its own is a counter."""
    counters = {"/predicate/seq", "/predicate/epoch", "/predicate/log/size"}
    if wrong == 7 and pointer(path) in counters:
        assert statement.parse(with_member(path, wrong))
        return
    with pytest.raises(SchemaError) as caught:
        statement.parse(with_member(path, wrong))
    assert caught.value.pointer.startswith(pointer(path)[: len(caught.value.pointer)])


@pytest.mark.parametrize("path", [p for p in places(VALUE) if isinstance(p, tuple)], ids=pointer)
def test_no_object_takes_another_member(path: tuple[Any, ...]) -> None:
    at: Any = VALUE
    for part in path:
        at = at[part]
    if not isinstance(at, dict):
        return
    with pytest.raises(SchemaError) as caught:
        statement.parse(with_member(path, {**at, "hostname": "fileserver"}))
    assert caught.value.pointer.startswith(pointer(path))


@pytest.mark.parametrize("path", [p for p in places(VALUE) if p and isinstance(p[-1], str)], ids=pointer)
def test_no_member_may_be_missing(path: tuple[Any, ...]) -> None:
    free = ("/predicate/outcomes/", "/predicate/overlays/")
    value = copy.deepcopy(VALUE)
    at = value
    for part in path[:-1]:
        at = at[part]
    del at[path[-1]]
    if (pointer(path).startswith(free) and path[-1] == "updates-recent") or pointer(path).startswith(free[1]):
        assert statement.parse(canonical.encode(value))
        return
    with pytest.raises(SchemaError):
        statement.parse(canonical.encode(value))


@pytest.mark.parametrize(
    "same",
    [
        lambda raw: raw + b" ",
        lambda raw: raw.replace(b'":', b'": ', 1),
        lambda raw: raw.replace(b"server", b"\\u0073erver", 1),
        lambda raw: raw.replace(b'{"synced":true}', b'{"synced":true,"synced":true}'),
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw[:-1] + b',"":"\\ud800"}',
        lambda raw: raw.replace(b'"size":7', b'"size":7.0'),
        lambda raw: raw.replace(b'"size":7', b'"size":07'),
        lambda raw: raw.replace(b'"epoch":1', b'"epoch":true'),
    ],
)
def test_one_way_to_write_it(same: Any) -> None:
    with pytest.raises(IntegrityError):
        statement.parse(same(BASE.encode()))


def test_times_are_whole_minutes_of_utc() -> None:
    assert statement.minute_text(AT.astimezone(timezone(timedelta(hours=2)))) == "2026-03-01T06:30:00Z"
    for odd in (AT.replace(second=1), AT.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="whole minute"):
            statement.minute_text(odd)
    for text in ("2026-02-30T06:30:00Z", "2026-03-01T06:30:01Z", "2026-03-01T06:30:00+00:00", "٢٠26-03-01T06:30:00Z"):
        with pytest.raises(SchemaError, match="/predicate/run/started"):
            statement.parse(with_member(("predicate", "run", "started"), text))
    with pytest.raises(SchemaError, match="before it started"):
        replace(BASE, run=replace(BASE.run, finished=AT - timedelta(minutes=1))).encode()


def test_a_statement_that_may_not_be_read_cannot_be_made() -> None:
    with pytest.raises(SchemaError, match="/predicate/tool/version"):
        replace(BASE, tool=statement.Tool("shieldwall", "built on db1.firm.example")).encode()


@given(st.dictionaries(ids, st.binary(max_size=40), min_size=1, max_size=12), st.data())
def test_one_opening_proves_one_item(items: dict[str, bytes], data: st.DataObject) -> None:
    salts = {check: bytes([n]) * 32 for n, check in enumerate(items)}
    made = evidence_commitment(items, salts)
    check = data.draw(st.sampled_from(sorted(items)))
    opening = made.openings[check]
    assert verify_opening(opening, items[check], root=made.root, checks=list(items)) == items[check]
    with pytest.raises(IntegrityError):
        verify_opening(opening, items[check] + b"!", root=made.root, checks=list(items))
    with pytest.raises(IntegrityError):
        verify_opening(replace(opening, salt=bytes([255]) * 32), items[check], root=made.root, checks=list(items))
    for other in items.keys() - {check}:
        with pytest.raises(IntegrityError):
            verify_opening(replace(opening, check=other), items[check], root=made.root, checks=list(items))


def test_an_opening_of_what_was_never_said_and_a_commitment_without_salt() -> None:
    made = evidence_commitment({"a": b"1"}, {"a": bytes(32)})
    with pytest.raises(IntegrityError, match="says nothing about"):
        verify_opening(replace(made.openings["a"], check="b"), b"1", root=made.root, checks=["a"])
    for salts in ({}, {"a": bytes(31)}, {"a": bytes(32), "b": bytes(32)}, {"b": bytes(32)}):
        with pytest.raises(ValueError, match="salt"):
            evidence_commitment({"a": b"1"}, salts)


def test_compliance_trestle_opens_a_statement_of_ours() -> None:
    """An in-toto reader of others: signature, type of payload and statement are what it takes for its own."""
    key = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
    sealed = canonical.decode(envelope.sign(BASE.encode(), [key]))
    read = load_in_toto_statement(verify_dsse_payload(sealed, SSlibKey.from_crypto(key.public_key())))
    assert read == VALUE and read["_type"] == IN_TOTO_STATEMENT_TYPE
    sealed["payload"] = canonical.b64(replace(BASE, clock_synced=False).encode())
    with pytest.raises(TrestleError, match="could not be verified"):
        verify_dsse_payload(sealed, SSlibKey.from_crypto(key.public_key()))
