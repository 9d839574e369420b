"""The figures a simulation starts from: every check has one, each says where it comes from."""

import pytest

from aggregator.disclosure.yardsticks import traced_yardsticks
from aggregator.simulate.priors import ASSUMED, PRIORS, SECTORS, SIZE_SHARE, SIZES, THEMES, Prior, prior_for
from shieldwall.checks.vocabulary import THEMES as ALL_THEMES
from shieldwall.packs.pack import load_pack


@pytest.mark.parametrize("prior", [*PRIORS, *THEMES.values()], ids=lambda prior: prior.checks[0])
def test_a_figure_names_its_source_or_says_that_it_is_ours(prior: Prior) -> None:
    assert all(0 < percent < 100 for percent in prior.percent)
    assert (prior.source == ASSUMED) == (prior.year == 0) == (prior.published == "") == (prior.verified == "")


def test_what_was_read_in_the_original_is_what_the_yardsticks_mark_so() -> None:
    sources = {(each.stick.per_hundred, each.stick.year) for each in traced_yardsticks() if each.verified == "primary"}
    read = [prior for prior in PRIORS if prior.verified == "primary"]
    assert {(round(float(prior.published.split()[0])), prior.year) for prior in read} == sources and len(read) == 3


def test_every_check_of_the_library_has_a_figure() -> None:
    checks = load_pack().all_checks()
    assert checks
    assert {prior_for(check.id, check.theme).checks for check in checks} >= {("org-supplier-*",)}
    assert set(THEMES) == set(ALL_THEMES)


def test_the_first_figure_that_names_a_check_counts() -> None:
    assert prior_for("backup-restore-tested", "backup-recovery").source == ASSUMED
    assert prior_for("backup-recent", "backup-recovery").percent[1] == 77
    assert prior_for("no-such-check", "updates") is THEMES["updates"]


def test_shares_are_whole() -> None:
    assert sum(SIZE_SHARE) == sum(share for _, share in SECTORS) == 100
    assert len(SIZE_SHARE) == len(SIZES)
