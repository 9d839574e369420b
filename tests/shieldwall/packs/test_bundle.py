"""A pack as it travels: one form, bounded, read by the same strict reader as our own files."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trusting import bundle, new_check

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, PackError, ShieldwallError
from shieldwall.limits import BUNDLE_BYTES, BUNDLE_INFLATED_BYTES
from shieldwall.packs.bundle import Bundle, difference, encode_bundle, newer, open_bundle, reopen_bundle, target_name
from shieldwall.packs.pack import load_pack

PLAIN = gzip.decompress(encode_bundle(bundle()))


def test_the_whole_library_comes_back_as_it_was() -> None:
    pack = load_pack()
    data = encode_bundle(Bundle(pack, "0.1.0"))
    again = open_bundle(data).pack
    assert (again.digest, again.order, again.name, again.version) == (pack.digest, pack.order, pack.name, pack.version)
    assert reopen_bundle(data, again.digest) == again
    assert encode_bundle(Bundle(again, "0.1.0")) == data
    assert len(data) < BUNDLE_BYTES // 4
    assert len(gzip.decompress(data)) < BUNDLE_INFLATED_BYTES // 4


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "other/1"}, {"name": "../etc"}, {"version": "1.0 beta"}, {"min_agent": 1}, {"extra": 1},
        {"checks": []}, {"policies": {"../x": {}}}, {"checks": {"a": {"id": "b"}}}, {"checks": {}},
    ],
)  # fmt: skip
def test_any_other_form_is_refused(change: dict[str, object]) -> None:
    members = {**json.loads(PLAIN), **change}
    with pytest.raises((IntegrityError, PackError)):
        open_bundle(gzip.compress(canonical.encode(members)))


def test_a_check_under_another_name_is_refused() -> None:
    members = json.loads(PLAIN)
    members["checks"]["renamed"] = members["checks"].pop("fw-on")
    with pytest.raises(PackError, match="calls itself"):
        open_bundle(gzip.compress(canonical.encode(members)))


def test_bombs_and_leftovers_are_refused() -> None:
    data = encode_bundle(bundle())
    bomb = gzip.compress(b" " * (BUNDLE_INFLATED_BYTES + 1))
    deep = b'{"a":' * 5_000 + b"1" + b"}" * 5_000
    for wrong in (data[:-1], data + b"x", data + data, PLAIN, bomb, gzip.compress(deep), gzip.compress(b" " + PLAIN)):
        with pytest.raises(IntegrityError):
            open_bundle(wrong)


@given(st.binary(max_size=400), st.integers(0, len(PLAIN) - 1), st.integers(1, 255))
def test_whatever_comes_only_our_errors_leave(noise: bytes, place: int, flip: int) -> None:
    spoilt = bytearray(PLAIN)
    spoilt[place] ^= flip
    for data in (noise, gzip.compress(noise), gzip.compress(bytes(spoilt), 1)):
        try:
            open_bundle(data)
        except ShieldwallError:
            continue


def test_differences() -> None:
    old, new = bundle().pack, bundle("9.1.0", more=[new_check()], without="fw-on").pack
    told = difference(old, new)
    assert (told.added, told.removed, told.probes) == (("sees-more",), ("fw-on",), ("process",))
    assert difference(old, old).empty
    assert not told.empty


def test_order_of_versions_and_names_of_targets() -> None:
    assert newer("0.10.0", "0.9.9")
    assert not newer("1.0.0", "1.0.0")
    assert target_name("shieldwall-core") == "bundles/shieldwall-core.json.gz"
