"""Bytes that mean one thing: canonical JSON, digests and strict base64.

Canonical JSON here is the subset of RFC 8785 that needs no number formatting: sorted keys, no spaces, UTF-8,
no floats. What is hashed or signed is always produced by `encode` once and then carried as bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from shieldwall.errors import IntegrityError
from shieldwall.limits import JSON_DEPTH


def encode(value: object) -> bytes:
    """Canonical UTF-8 JSON. Raises TypeError for floats and anything JSON does not know."""
    _refuse_floats(value)
    return _ENCODER.encode(value).encode()


def decode(data: bytes) -> Any:
    """Parse JSON from outside. Raises IntegrityError for duplicate keys, floats, depth over JSON_DEPTH or bad UTF-8."""
    return _decode(_UNIQUE, data)


def decode_canonical(data: bytes) -> Any:
    """As decode, and the bytes are the canonical form of what they say: no second way to write it, no room between.

    Raises IntegrityError. A key written twice needs no look of its own: it would be written back once.
    """
    value = _decode(_PLAIN, data)
    if _ENCODER.encode(value).encode(errors="replace") != data:
        raise IntegrityError("not in canonical form: keys sorted and unique, no spaces, each character written once")
    return value


def digest(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """Strict standard base64. Raises IntegrityError for junk, missing padding or non-canonical trailing bits."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise IntegrityError(f"not strict base64: {error}") from error
    # Strict mode lets one freedom pass: the unused bits of the last character before the padding.
    over = len(data) % 3
    if over and binascii.b2a_base64(data[-over:], newline=False) != text[-4:].encode("ascii"):
        raise IntegrityError("not canonical base64")
    return data


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form here; use integers or strings")
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"JSON keys are strings, got {key!r}")
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("duplicate key in an object")
    return out


def _no_number(text: str) -> Any:
    raise ValueError(f"number {text[:20]} is not an integer")


def _decode(decoder: json.JSONDecoder, data: bytes) -> Any:
    try:
        value = decoder.decode(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise IntegrityError(f"not the JSON this protocol speaks: {error}") from error
    # Level by level: most values of a message are short words, and a call for each of them costs more than parsing.
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(JSON_DEPTH):
        level = [
            below
            for node in level
            for below in (node.values() if type(node) is dict else node)
            if type(below) in _CONTAINERS
        ]
        if not level:
            return value
    raise IntegrityError(f"JSON nested deeper than {JSON_DEPTH} levels")


_CONTAINERS = (dict, list)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_UNIQUE = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_no_number, parse_constant=_no_number)
_PLAIN = json.JSONDecoder(parse_float=_no_number, parse_constant=_no_number)
