"""LZ4 frames, as apt keeps package lists where it saves space; the standard library reads every other form it uses.

Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. Checksums are passed over:
apt has verified the list against a signed Release file before keeping it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

MAGIC: Final = 0x184D2204
WINDOW: Final = 65536
"""A match reaches at most this far back, also into the block before."""


def blocks(data: bytes) -> Iterator[bytes]:
    """The content, block by block. Raises ValueError when it is not an LZ4 frame or breaks off."""
    at, history = 0, b""
    while at < len(data):
        at, flags = _header(data, at)
        while True:
            (size,) = _unpack("<I", data, at)
            at += 4
            if size == 0:
                break
            length = size & 0x7FFFFFFF
            block = data[at : at + length]
            if len(block) != length:
                raise ValueError("the LZ4 frame breaks off")
            at += length + (4 if flags & 0x10 else 0)
            content = block if size >> 31 else _block(block, history)
            history = (history + content)[-WINDOW:]
            yield content
        at += 4 if flags & 0x04 else 0


def _header(data: bytes, at: int) -> tuple[int, int]:
    magic, flags = _unpack("<IB", data, at)
    if magic != MAGIC or flags >> 6 != 1:
        raise ValueError("not an LZ4 frame")
    extra = (8 if flags & 0x08 else 0) + (4 if flags & 0x01 else 0)
    return at + 7 + extra, flags


def _unpack(form: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise ValueError("the LZ4 frame breaks off") from error


def _block(block: bytes, history: bytes) -> bytes:
    out = bytearray(history)
    at, end = 0, len(block)
    try:
        while at < end:
            mark = block[at]
            at += 1
            length = mark >> 4
            if length == 15:
                at, length = _length(block, at, length)
            out += block[at : at + length]
            at += length
            if at >= end:
                break
            distance = block[at] | block[at + 1] << 8
            at += 2
            length = mark & 15
            if length == 15:
                at, length = _length(block, at, length)
            length += 4
            start = len(out) - distance
            if distance == 0 or start < 0:
                raise ValueError("an LZ4 match reaches before the content")
            if distance >= length:
                out += out[start : start + length]
            else:
                out += (out[start:] * (length // distance + 1))[:length]
    except IndexError as error:
        raise ValueError("the LZ4 block breaks off") from error
    return bytes(out[len(history) :])


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    while True:
        more = block[at]
        at += 1
        length += more
        if more != 255:
            return at, length
