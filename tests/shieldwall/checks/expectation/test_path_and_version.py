"""Paths into values, and the order of versions."""

import functools
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.checks.expectation.path import ABSENT, look_up, parse_path
from shieldwall.checks.expectation.version import compare


@pytest.mark.parametrize(
    ("text", "segments"),
    [("a", ("a",)), ("a.b.0", ("a", "b", "0")), ('["net.ipv4"].running', ("net.ipv4", "running")), ("a[0].b", ("a", "0", "b"))],
)  # fmt: skip
def test_paths(text: str, segments: tuple[str, ...]) -> None:
    assert parse_path(text) == segments


@pytest.mark.parametrize("text", ["a..b", "a[", "a[x]", '["a', "."])
def test_not_paths(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        parse_path(text)


def test_look_up() -> None:
    value = {"a": [{"b": 1}, {"?": "privilege"}]}
    assert look_up(value, ("a", "0", "b")) == 1
    assert look_up(value, ("a", "1", "b")) == {"?": "privilege"}
    assert look_up(value, ("a", "7")) is ABSENT
    assert look_up(value, ("a", "b")) is ABSENT


ORDERED = [
    "1.0~rc1",
    "1.0~rc1-1",
    "1.0",
    "1.0-1",
    "1.0-1+deb12u1",
    "1.0-1+deb12u10",
    "1.0+b1",
    "1.0a",
    "1.2",
    "1.10",
    "2",
    "1:0.1",
]


def test_versions_in_order() -> None:
    shuffled = sorted(ORDERED, key=functools.cmp_to_key(compare))
    assert [compare(a, b) < 0 for a, b in itertools.pairwise(shuffled)] == [True] * (len(ORDERED) - 1)
    assert compare("1.0", "1.00") == 0


versions = st.text("0123456789abc.+~-:", min_size=1, max_size=10)


@given(versions, versions)
def test_order_is_antisymmetric(left: str, right: str) -> None:
    assert (compare(left, right) > 0) == (compare(right, left) < 0)
