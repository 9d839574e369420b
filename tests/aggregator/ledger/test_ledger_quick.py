"""The fast readers against the strict ones: what either takes the other takes, and refuses for one reason."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

import orjson
import pytest
from aggregating import CHECKS, Agent
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.ledger import quick
from shieldwall.checks.outcome import FAILED, PASSED
from shieldwall.encoding import canonical, envelope
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import JSON_DEPTH
from shieldwall.messages import statement

SENDER = Agent(0, Ed25519PrivateKey.from_private_bytes(b"7" * 32), "agt_" + "0" * 26, "c.example/c/log1", 1, "ab" * 32)
SMALL = SENDER.statement(verdicts={"b": FAILED, "a-1": PASSED}, overlays={}).encode()
WHOLE = SENDER.statement().encode()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]), max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def result(read: Callable[[bytes], statement.Statement], payload: bytes) -> object:
    try:
        return read(payload)
    except SchemaError as error:
        return error.pointer
    except IntegrityError as error:
        return str(error)


def alike(payload: bytes) -> object:
    strict = result(statement.parse, payload)
    assert result(quick.parse, payload) == strict
    return strict


def test_a_whole_statement_is_read_by_the_fast_reader() -> None:
    assert isinstance(alike(WHOLE), statement.Statement)
    assert orjson.dumps(orjson.loads(WHOLE), option=orjson.OPT_SORT_KEYS) == WHOLE
    assert len(quick.parse(WHOLE).verdicts) == len(CHECKS)


@settings(max_examples=400)
@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    alike(data)


@settings(max_examples=600)
@given(st.data())
def test_bytes_changed_added_or_taken(data: st.DataObject) -> None:
    changed = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(changed) - 1))
        taken = data.draw(st.integers(0, 3))
        changed[at : at + taken] = data.draw(
            st.binary(max_size=3)
            | st.sampled_from([b'"', b"\\", b",", b":", b"{", b"}", b"0", b".0", b"e0", b"-", b" "])
        )
    alike(bytes(changed))


def places(value: object) -> list[tuple[dict[str, object], str]]:
    found = []
    for node in [value, *(value["subject"] if isinstance(value, dict) and "subject" in value else [])]:
        if isinstance(node, dict):
            for key, below in node.items():
                found += [(node, key), *(places(below) if isinstance(below, dict) else [])]
    return found


@settings(max_examples=600)
@given(st.data())
def test_any_value_at_any_place_in_any_spelling(data: st.DataObject) -> None:
    value = json.loads(SMALL)
    node, key = data.draw(st.sampled_from(places(value)))
    node[data.draw(st.just(key) | st.text(max_size=3))] = data.draw(VALUES)
    spelling = data.draw(
        st.sampled_from([{}, {"ensure_ascii": True}, {"sort_keys": False}, {"separators": (", ", ":")}])
    )
    text = json.dumps(value, **{"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, **spelling})
    alike(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"epoch":1', b'"epoch":1,"epoch":1'),
        (b'"epoch":1', b'"epoch":1,"epoch":2'),
        (b'"epoch":1', b'"epoch":1.0'),
        (b'"epoch":1', b'"epoch":1e0'),
        (b'"epoch":1', b'"epoch":-0'),
        (b'"epoch":1', b'"epoch":01'),
        (b'"epoch":1', b'"epoch":NaN'),
        (b'"epoch":1', b'"epoch":true'),
        (b'"epoch":1', b'"epoch":%d' % 2**53),
        (b'"epoch":1', b'"epoch":%d' % (2**53 + 1)),
        (b'"epoch":1', b'"epoch":%d' % (2**64 - 1)),
        (b'"epoch":1', b'"epoch":%d' % 2**64),
        (b'"epoch":1', b'"epoch":1' + b"0" * 5000),
        (b'"epoch":1', b'"epoch":' + b"[" * JSON_DEPTH + b"]" * JSON_DEPTH),
        (b'"epoch":1', b'"epoch":' + b"[" * 2000 + b"]" * 2000),
        (b'"epoch":1', b'"epoch":' + b'{"a":' * 300 + b"1" + b"}" * 300),
        (b'"a-1"', b'"\\u0061-1"'),
        (b'"a-1"', b'"a-1\\n"'),
        (b'"a-1"', b'"\\ud800"'),
        (b'"a-1"', b'"\xed\xa0\x80"'),
        (b'{"_type"', b'\xef\xbb\xbf{"_type"'),
        (b'"a-1":"pass","b":"fail"', b'"b":"fail","a-1":"pass"'),
    ],
)
def test_the_known_tricks(old: bytes, new: bytes) -> None:
    assert old in SMALL
    assert not isinstance(alike(SMALL.replace(old, new, 1)), statement.Statement) or new.endswith(str(2**53).encode())


def test_both_writers_write_every_character_alike() -> None:
    for number in [*range(0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF]:
        text = f"{chr(number)}a"
        assert orjson.dumps({text: text}, option=orjson.OPT_SORT_KEYS) == canonical.encode({text: text})


@given(st.dictionaries(st.text(), st.integers(-(2**53), 2**53) | st.text() | st.none() | st.booleans(), max_size=8))
def test_both_writers_sort_alike(value: dict[str, object]) -> None:
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == canonical.encode(value)


SEALED = envelope.sign(SMALL, [SENDER.key])
STRANGER = Ed25519PrivateKey.from_private_bytes(b"8" * 32)


def opened_alike(data: bytes) -> object:
    """Payload and type, or the reason; who signed is only told by the strict reader."""
    seen: list[object] = []
    key = SENDER.key.public_key()
    for read in (quick.open_envelope, lambda data, key: envelope.open_envelope(data, [key])):
        try:
            found = read(data, key)
            seen.append((found.payload_type, found.payload))
        except SchemaError as error:
            seen.append((error.pointer, str(error)))
        except IntegrityError as error:
            seen.append(str(error))
    assert seen[0] == seen[1]
    return seen[0]


def test_an_envelope_of_our_own_is_opened_by_the_fast_reader() -> None:
    assert opened_alike(SEALED) == (envelope.PAYLOAD_TYPE, SMALL)
    assert quick.open_envelope(SEALED, SENDER.key.public_key()).signers == ()


def test_an_envelope_written_another_way_is_opened_by_the_strict_one() -> None:
    loose = json.dumps(json.loads(SEALED), indent=1).encode()
    assert opened_alike(loose) == (envelope.PAYLOAD_TYPE, SMALL)
    assert quick.open_envelope(loose, SENDER.key.public_key()).signers != ()


@pytest.mark.parametrize(
    "data",
    [
        envelope.sign(SMALL, [STRANGER]),
        envelope.sign(SMALL, [SENDER.key, STRANGER]),
        envelope.sign(SMALL, [SENDER.key], "application/json"),
        envelope.sign(b"", [SENDER.key]),
        envelope.sign(b"x" * 2, [SENDER.key]),
        SEALED + b" ",
        SEALED[:-1],
        b"",
        SEALED.replace(b'"keyid":"', b'"keyid":"g'),
        SEALED.replace(b'{"payload"', b'{"payload":"","payload"'),
        SEALED.replace(b'","payloadType"', b'=","payloadType"'),
        SEALED.replace(
            b'==","payloadType"' if b'==","payloadType"' in SEALED else b'","payloadType"', b'","payloadType"'
        ),
    ],
)
def test_envelopes_that_are_refused(data: bytes) -> None:
    opened_alike(data)


@settings(max_examples=600)
@given(st.data())
def test_an_envelope_changed_added_to_or_cut(data: st.DataObject) -> None:
    changed = bytearray(SEALED)
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(changed) - 1) | st.integers(len(SEALED) - 260, len(SEALED) - 1))
        taken = data.draw(st.integers(0, 3))
        changed[at : at + taken] = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"=", b"==", b"A", b"B", b"\n", b"-", b"\xc3\xa9"])
        )
    opened_alike(bytes(changed))


@given(st.binary(max_size=40), st.data())
def test_base64_has_one_spelling(plain: bytes, data: st.DataObject) -> None:
    text = canonical.b64(plain)
    assert canonical.unb64(text) == plain
    at = data.draw(st.integers(0, max(0, len(text) - 1)))
    other = text[:at] + data.draw(st.sampled_from("ABCDwxyz0189+/=- \n")) + text[at + 1 :]
    with contextlib.suppress(IntegrityError):
        assert canonical.b64(canonical.unb64(other)) == other
