"""The list of counted leaves: the signed one, each leaf once, none that the log did not hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError
from shieldwall.published.manifest import Manifest, counted_root, open_manifest

indices = st.sets(st.integers(0, 10_000), max_size=60).map(lambda found: tuple(sorted(found)))


@given(indices)
def test_it_opens_under_its_own_root(found: tuple[int, ...]) -> None:
    made = Manifest(found)
    assert open_manifest(made.encode(), root=made.root(), leaves=len(found), size=10_001) == made


@given(indices, indices)
def test_two_lists_have_two_roots(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    assert (counted_root(one) == counted_root(other)) is (one == other)


@pytest.mark.parametrize("wrong", [[1, 1, 2], [2, 1], [1, 9], [1], [1, 2, 3], [-1, 2], ["1", 2], [True, 2]])
def test_any_other_list_is_refused(wrong: list[object]) -> None:
    with pytest.raises(IntegrityError):
        open_manifest(canonical.encode({"indices": wrong}), root=counted_root([1, 2]), leaves=2, size=9)


def test_a_leaf_counted_twice_is_refused_even_when_signed() -> None:
    twice = Manifest((1, 1))
    with pytest.raises(IntegrityError, match="twice"):
        open_manifest(twice.encode(), root=twice.root(), leaves=2, size=9)
