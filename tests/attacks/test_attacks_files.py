"""X9 to X16: what services, files and the database give away; ours nothing, the naive ones what they were built to."""

import pytest

from benchmarks.attack_files import x9, x10, x11, x13, x14, x15, x16


@pytest.mark.parametrize("attack", [x9, x10, x11, x13, x14, x15, x16], ids=lambda attack: attack.__name__)
def test_nothing_is_got_from_ours_and_something_from_the_naive(attack):
    for row in attack(True):
        assert row.ours[0] == 0 and row.ours[1] > 0, row
        assert row.theirs[0] > 0, row
