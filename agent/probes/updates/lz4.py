"""LZ4 frames, as apt keeps package lists where it saves space; the standard library reads every other form it uses.

Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md. Checksums are passed over:
apt has verified the list against a signed Release file before keeping it. Blocks are decoded by the library that apt
itself links, a hundred times faster than the code below, which does it where that library is not there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

MAGIC: Final = 0x184D2204
WINDOW: Final = 65536
"""A match reaches at most this far back, also into the block before."""
BLOCK_SIZES: Final = {4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22}
"""Code in the frame's header -> most bytes a block may hold, packed or not."""
LIBRARY: Final = "liblz4.so.1"

Decode = Callable[[bytes, bytes, int], bytes]
"""(block, what came before it, most bytes it may hold) -> its content. Raises ValueError."""


def blocks(stream: BinaryIO, decode: Decode | None = None) -> Iterator[bytes]:
    """The content, block by block. Raises ValueError when it is not an LZ4 frame or breaks off."""
    decode = decode or system_decoder() or decoded
    while magic := stream.read(4):
        flags, size = _header(magic, stream)
        history = b""
        while (word := _word(stream)) != 0:
            length = word & 0x7FFFFFFF
            if length > size:
                raise ValueError("an LZ4 block is larger than its frame allows")
            block = _exactly(stream, length)
            content = block if word >> 31 else decode(block, history, size)
            history = content[-WINDOW:] if len(content) >= WINDOW else (history + content)[-WINDOW:]
            _exactly(stream, 4 if flags & 0x10 else 0)
            yield content
        _exactly(stream, 4 if flags & 0x04 else 0)


def _header(magic: bytes, stream: BinaryIO) -> tuple[int, int]:
    """(flags, most bytes of a block)"""
    flags, limit = _exactly(stream, 2)
    size = BLOCK_SIZES.get(limit >> 4 & 7)
    if magic != MAGIC.to_bytes(4, "little") or flags >> 6 != 1 or size is None:
        raise ValueError("not an LZ4 frame")
    _exactly(stream, (8 if flags & 0x08 else 0) + (4 if flags & 0x01 else 0) + 1)
    return flags, size


def _word(stream: BinaryIO) -> int:
    (word,) = struct.unpack("<I", _exactly(stream, 4))
    return int(word)


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise ValueError("the LZ4 frame breaks off")
    return data


def system_decoder() -> Decode | None:
    """That of the system's LZ4 library (LZ4_decompress_safe_usingDict of lz4.h); None where there is none."""
    try:
        import ctypes

        function = ctypes.CDLL(LIBRARY).LZ4_decompress_safe_usingDict
    except (ImportError, OSError, AttributeError):
        return None
    number, text, place = ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p
    function.argtypes, function.restype = [text, place, number, number, text, number], number
    room = ctypes.create_string_buffer(0)

    def decode(block: bytes, history: bytes, most: int) -> bytes:
        nonlocal room
        if len(room) < most:
            room = ctypes.create_string_buffer(most)
        count = function(block, room, len(block), most, history, len(history))
        if count < 0:
            raise ValueError("the LZ4 block breaks off")
        return ctypes.string_at(room, count)

    return decode


def decoded(block: bytes, history: bytes, most: int) -> bytes:
    """The same in plain Python."""
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
            if len(out) + length > len(history) + most:
                raise ValueError("an LZ4 block holds more than its frame allows")
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
