"""One way to write a message: every other spelling of the same thing is refused, by both readers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical
from shieldwall.encoding.closed import CHECK_ID, Node
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.limits import JSON_DEPTH

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int, innermost: str = "") -> bytes:
    return b"[" * depth + innermost.encode() + b"]" * depth


@given(VALUES)
def test_what_is_written_is_read_back_and_is_its_own_canonical_form(value: object) -> None:
    try:
        data = canonical.encode({"v": value})
    except UnicodeEncodeError:
        return
    assert canonical.decode(data) == canonical.decode_canonical(data) == {"v": value}


@given(VALUES, st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}, {"ensure_ascii": True}]))
def test_another_spelling_is_not_canonical(value: object, spelling: dict[str, object]) -> None:
    other = json.dumps({"v": value, "w": "é"}, sort_keys=True, **spelling).encode()  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        canonical.decode_canonical(other)


@pytest.mark.parametrize(
    "data",
    [b'{"a":1,"a":1}', b'{"a":1,"a":2}', b'{"b":1,"a":2}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":-0}', b'{"a":NaN}',
     b'{"a":1} ', b'"\\ud800"', b'"\xff"', b'"\\u0041"', b"", b"[", b"[" * 100_000],
)  # fmt: skip
def test_refused_as_canonical(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        canonical.decode_canonical(data)


@pytest.mark.parametrize("innermost", ["", "1", "{}"])
@pytest.mark.parametrize("read", [canonical.decode, canonical.decode_canonical])
def test_depth_is_counted_in_containers(read: object, innermost: str) -> None:
    deepest = JSON_DEPTH - (innermost == "{}")
    assert read(nested(deepest, innermost)) is not None  # type: ignore[operator]
    with pytest.raises(IntegrityError, match="deeper"):
        read(nested(deepest + 1, innermost))  # type: ignore[operator]


NAMES = st.text(st.sampled_from("ab-\n\r A~/"), max_size=4)


@given(st.dictionaries(NAMES, st.sampled_from(["x", "y", "z", 1, None]) | st.lists(st.just(1), max_size=1), max_size=4))
def test_words_are_read_as_one_by_one(found: dict[str, object]) -> None:
    table = {"x": 1, "y": 2}
    good = len(found) <= 3 and all(CHECK_ID.fullmatch(k) and v in ("x", "y") for k, v in found.items())
    node = Node(found, "/outcomes")
    if good:
        assert node.words(CHECK_ID, table, 3) == {key: table[str(value)] for key, value in found.items()}
    else:
        with pytest.raises(SchemaError) as refused:
            node.words(CHECK_ID, table, 3)
        assert refused.value.pointer.startswith("/outcomes")
