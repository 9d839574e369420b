"""Public statistics say where they are from, and how far that was followed."""

from aggregator.disclosure.yardsticks import public_yardsticks, traced_yardsticks
from shieldwall.checks.vocabulary import THEMES


def test_each_has_a_source_a_year_a_caveat_and_says_how_far_it_was_followed() -> None:
    traced = traced_yardsticks()
    assert tuple(each.stick for each in traced) == public_yardsticks()
    for each in traced:
        stick = each.stick
        assert stick.source and stick.population and stick.caveat and 2019 <= stick.year <= 2026
        assert stick.theme in THEMES and 0 < stick.per_hundred < 100
    assert len({stick.id for stick in public_yardsticks()}) == len(traced)
    assert [each.stick.id for each in traced if each.verified == "primary"] == [
        "strong-passwords", "network-access-control", "separate-backup",
    ]  # fmt: skip
