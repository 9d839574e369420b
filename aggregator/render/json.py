"""The release as it is signed, byte for byte."""

from __future__ import annotations

from aggregator.render.base import Words
from shieldwall.published.release import Release, encode_release


def render(release: Release, words: Words, house: str = "") -> bytes:
    return encode_release(release)
