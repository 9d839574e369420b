"""A key in six words, for two people who compare it by telephone (48 bits of its SHA-256)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shieldwall.encoding.envelope import raw_public

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

COUNT = 6

_LIST = """
    adobe agate alder alley almond anchor angle anvil apron arch arrow aspen atlas attic axle badge baker
    balcony bamboo banner barley barn basin basket bay beacon bean beaver bell bench bicycle birch bison board
    boat bonnet border bottle bowl brass bread brick broom brush bucket cabin cable camel canal candle canvas
    cape carbon carrot castle cedar chair chalk cherry chimney cider circle clay cliff cloud clover coal cobalt
    cocoa comet coral cork corner cradle crane creek crown crystal cup curtain cycle delta desert desk dolphin
    door dragon drum dune eagle echo elbow ember engine estuary falcon feather fence ferry fiddle field finch
    fjord flag flute forest fossil fountain fox garlic gate ginger glass globe glove grain granite grape guitar
    hammer harp hazel helmet hill honey horizon ink iris iron ivory ivy jacket jasmine jersey jigsaw kayak
    kettle kite kiwi ladder lake lamp lantern lava leaf lemon lentil lilac lily lion lizard lotus lunar lynx
    mango map maple meadow melon meteor mirror mitten moose moss mug needle nest nickel nutmeg oak oasis ocean
    olive onyx orbit orchid otter paddle palm panda pasta peach pebble pelican pencil piano pigeon pine planet
    plum pocket pond poppy prairie puffin pumpkin quartz quilt quince radish raft rain reef ribbon rice robin
    rocket rose saddle saffron salmon sand sapphire scarf seal sesame silk silver sketch sled sparrow spice
    spruce squid stable stone stork sugar summer swan talon tango teapot thyme tiger timber topaz torch tower
    tulip tunnel umbra valley vanilla violin wagon walnut whale wheat willow winter wolf wool yeast zebra zenith
"""
WORDS = tuple(_LIST.split())
"""256 short words of things, one a byte."""


def six_words(key: Ed25519PublicKey) -> str:
    return " ".join(WORDS[byte] for byte in hashlib.sha256(raw_public(key)).digest()[:COUNT])
