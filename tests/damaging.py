"""Bytes that are almost right: strategies that damage a good message the ways senders, proxies and attackers do."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

FUZZ = int(os.environ.get("SHIELDWALL_TEST_FUZZ", "60"))
"""Examples of each test; `make faults` takes 2,000."""
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**53 + 1, 2**64, 10**400, "", "\ud800", "\x00", "a\nb", "A" * 5_000, "\u2028", [], {}, [[]],
    {"a": {"b": {}}}, [1] * 70, "0" * 64, "agt_" + "0" * 26, "https://shieldwall.dev/problems/gap", {"": ""},
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from places(item, (*path, key))


@st.composite
def altered(draw: st.DrawFn, sample: bytes) -> bytes:
    """JSON with members replaced, removed, added, or said in another way."""
    value = json.loads(sample)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(value))))
        odd = copy.deepcopy(draw(st.sampled_from(ODD)))
        if not path:
            value = draw(st.sampled_from([odd, value, [value]]))
            continue
        holder = value
        for key in path[:-1]:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "replace":
                holder[path[-1]] = odd
            case "remove":
                del holder[path[-1]]
            case _ if isinstance(holder, dict):
                holder[draw(st.sampled_from(["x", "", "~/", "\ud800", "outcomes"]))] = odd
            case _:
                holder.append(odd)
    spaced = draw(st.booleans())
    return json.dumps(value, indent=1 if spaced else None, separators=None if spaced else (",", ":")).encode()


@st.composite
def broken(draw: st.DrawFn, sample: bytes) -> bytes:
    """Bytes lost, changed, repeated, added or in another place."""
    data = bytearray(sample)
    for _ in range(draw(st.integers(1, 4))):
        # A share of the length, as the lengths of fresh signatures and gzip streams differ from run to run.
        at, length = draw(st.integers(0, 9_999)) * (len(data) + 1) // 10_000, draw(st.integers(1, 40))
        match draw(st.sampled_from(["flip", "cut", "drop", "repeat", "insert"])):
            case "flip" if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "cut":
                del data[at:]
            case "drop":
                del data[at : at + length]
            case "repeat":
                data[at:at] = data[at : at + length]
            case _:
                data[at:at] = draw(st.binary(min_size=1, max_size=20))
    return bytes(data)


def damaged(sample: bytes) -> st.SearchStrategy[bytes]:
    """Anything from one bit to something else entirely; JSON samples are altered as values as well."""
    try:
        json.loads(sample)
    except ValueError:
        return broken(sample) | st.binary(max_size=200)
    return broken(sample) | altered(sample) | st.binary(max_size=200)
