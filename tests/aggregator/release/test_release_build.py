"""A frozen period becomes signed files: the same bytes always, nothing about any one firm in them."""

import numpy as np
import pytest
from releasing import QUARTER, MadeUp, cluster, random_hosts, small_pack

from aggregator.database.engine import reading
from aggregator.ledger import releases
from aggregator.release.build import publish, read_release
from aggregator.release.figures import FEWER
from aggregator.release.freezing import sum_up_with
from aggregator.release.policy import set_policy
from shieldwall.checks.outcome import Outcome
from shieldwall.checks.score import Scored, score
from shieldwall.encoding.canonical import decode
from shieldwall.errors import RefusedError, UsageError
from shieldwall.published.release import LINE, encode_release, parse_release, roster_hash

NAMES = [f"Firm {number:02}" for number in range(40)]


def made(tmp_path, count, **options):
    found = cluster(tmp_path)
    for name in NAMES[:count]:
        found.join(name, **options)
    return found


def outcomes(found: MadeUp, count, seed=1):
    return random_hosts(np.random.default_rng(seed), NAMES[:count], len(found.pack.order))


def test_a_release_holds_every_figure_within_its_band(tmp_path):
    found = made(tmp_path, 14)
    sent = outcomes(found, 14)
    release = found.release(sent).release
    assert (release.cohort.n, release.cohort.k, release.cohort.w) == (14, 2, 4)
    assert len(release.checks) == len(found.pack.order)
    assert release.cohort.roster_hash == roster_hash(frozenset(found.firms.values()))
    for figure in release.checks:
        check = found.pack.check(figure.id)
        column = found.pack.order.index(figure.id)
        need = 0
        for hosts in sent.values():
            failed = int((hosts[:, column] == 2).sum())
            need += failed > 0 if check.gate else 100 * (len(hosts) - failed) < 95 * len(hosts)
        assert figure.low <= need <= figure.high
        assert figure.kind == ("attested" if check.attested else "measured")
    assert [figure.kind for figure in release.themes] == ["measured"] * 6
    for figure in (*release.themes, *(f for each in release.scores for f in each.figures)):
        below = 0
        for hosts in sent.values():
            judged = score(scored(found, hosts, figure.kind == "attested"))
            own = judged.themes[figure.theme].score if figure.theme else judged.overall
            below += own is not None and 100 * own < LINE
        assert figure.low <= below <= figure.high


def scored(found, hosts, attested):
    for column, check in enumerate(found.pack.all_checks()):
        failed = int((hosts[:, column] == 2).sum())
        bad = failed > 0 if check.gate else 100 * (len(hosts) - failed) < 95 * len(hosts)
        if check.attested is attested:
            yield Scored(
                check.id, check.theme, check.weight, check.gate, attested, Outcome.FAIL if bad else Outcome.PASS
            )


def test_themes_with_few_checks_have_no_figure_of_their_own(tmp_path):
    found = cluster(tmp_path, small_pack(per_theme=3))
    for name in NAMES[:14]:
        found.join(name)
    release = found.release(outcomes(found, 14)).release
    assert release.themes == () and release.checks != () and release.yardsticks == ()
    assert [(score.kind, score.subject) for score in release.scores] == [
        ("measured", "overall"),
        ("attested", "overall"),
    ]


def test_building_twice_gives_the_same_bytes_before_and_after_publication(tmp_path):
    found = made(tmp_path, 9)
    period = found.send(outcomes(found, 9))
    found.freeze(period)
    first, second = found.build(period), found.build(period)
    assert first.envelope == second.envelope and not second.published
    folder = publish(found.config, found.engine, first)
    third = found.build(period)
    assert third.published and third.envelope == first.envelope
    assert (folder / "release.json").read_bytes() == first.envelope
    assert publish(found.config, found.engine, first) == publish(found.config, found.engine, third) == folder
    assert sorted(file.name for file in folder.iterdir()) == ["certificate.json", "counted.json", "release.json"]


def test_a_published_release_is_stored_and_opens_with_the_log_key_only(tmp_path):
    found = made(tmp_path, 6)
    built = found.release(outcomes(found, 6))
    with reading(found.engine) as connection:
        (stored,) = releases.published(connection, found.config.cluster)
    assert read_release(stored.document, found.notary) == built.release
    assert parse_release(encode_release(built.release)) == built.release


def test_too_few_firms_see_public_yardsticks_with_their_source(tmp_path):
    found = made(tmp_path, 4)
    release = found.release(outcomes(found, 4)).release
    assert release.checks == () and release.themes == () and release.scores == ()
    assert all(stick.source and stick.year and stick.caveat for stick in release.yardsticks)
    assert "figures start at 5" in release.gate.reason


def test_a_single_newcomer_waits_and_a_batch_joins(tmp_path):
    found = made(tmp_path, 14)
    found.release(outcomes(found, 14))
    found.join(NAMES[14])
    second = found.release(outcomes(found, 15)).release
    assert second.cohort.n == 14 and "1 firm waits for a whole batch of 4" in second.gate.reason
    for name in NAMES[15:18]:
        found.join(name)
    third = found.release(outcomes(found, 18)).release
    assert third.cohort.n == 18
    assert third.cohort.margin == 0 and all(figure.trend == "first" for figure in third.checks)


def test_one_firm_missing_from_a_small_cohort_makes_the_gate_wait_and_keeps_the_rows(tmp_path):
    found = made(tmp_path, 6)
    found.release(outcomes(found, 6))
    period = found.send(outcomes(found, 5))
    with pytest.raises(RefusedError, match=r"wait.*2026-Q2 stays open"):
        found.freeze(period)
    found.send(outcomes(found, 6))
    found.freeze(period)
    assert found.build(period).release.cohort.n == 6


def test_a_period_frozen_in_spite_of_the_gate_has_no_release(tmp_path):
    found = made(tmp_path, 6)
    found.release(outcomes(found, 6))
    period = found.send(outcomes(found, 5))
    found.freeze(period, despite_wait=True)
    with pytest.raises(RefusedError, match="frozen without a release"):
        found.build(period)


def test_a_figure_moves_only_when_its_count_left_the_band_by_a_whole_band(tmp_path):
    found = made(tmp_path, 14)
    checks = len(found.pack.order)
    code = np.ones((14, checks), dtype=np.uint8)

    def failing(count):
        some = code.copy()
        some[:count, 0] = 2
        return {name: some[index : index + 1] for index, name in enumerate(NAMES[:14])}

    def first(built):
        figure = next(f for f in built.release.checks if f.id == found.pack.order[0])
        return figure.low, figure.high, figure.trend

    assert first(found.release(failing(3))) == (0, 3, "first")
    one_more = found.release(failing(4))
    assert first(one_more) == (0, 3, "same") and one_more.release.cohort.margin == 7
    assert first(found.release(failing(8))) == (8, 14, "more")
    assert first(found.release(failing(4))) == (8, 14, "same")
    assert first(found.release(failing(0))) == (0, 3, "fewer")


def test_a_changed_check_starts_anew(tmp_path):
    found = made(tmp_path, 14)
    found.release(outcomes(found, 14))
    found.pack = small_pack(rev=2)
    release = found.release(outcomes(found, 14)).release
    assert {figure.trend for figure in (*release.checks, *release.themes)} == {"first"}


def test_thirty_firms_see_themes_by_sector_with_totals_that_are_sums(tmp_path):
    found = cluster(tmp_path)
    for number, name in enumerate(NAMES):
        found.join(name, sector=("metal", "wood", "print")[number % 3 if number < 36 else 2])
    release = found.release(outcomes(found, 40)).release
    assert release.cohort.partition == "sector" and release.cohort.categories == ("metal", "print", "wood")
    assert {figure.group for figure in release.checks} == {"all"}
    for total in (figure for figure in release.themes if figure.group == "all"):
        parts = [f for f in release.themes if (f.id, f.kind) == (total.id, total.kind) and f.group != "all"]
        assert (total.band, total.n) == (None, 40)
        assert (total.low, total.high) == (sum(f.low for f in parts), sum(f.high for f in parts))


def test_a_holding_counts_once_and_a_shared_provider_widens_the_bands(tmp_path):
    found = cluster(tmp_path)
    for number, name in enumerate(NAMES[:14]):
        found.join(name, linked="holding-berg" if number < 3 else "it-klein" if number < 6 else None)
    release = found.release(outcomes(found, 14)).release
    assert (release.cohort.n, release.cohort.k, release.cohort.w) == (12, 3, 5)


def test_neither_the_kept_document_nor_the_files_hold_an_exact_count(tmp_path):
    found = made(tmp_path, 14)
    period = found.send(outcomes(found, 14))
    document = decode(found.freeze(period).document)
    bands = document["checks"][0]["checks"]
    assert max(bands) <= 2
    built = found.build(period)
    assert not any(firm.encode() in built.envelope for firm in (*found.firms, *found.firms.values()))


def test_an_open_period_has_no_release(tmp_path):
    found = made(tmp_path, 6)
    period = found.send(outcomes(found, 6))
    with pytest.raises(UsageError, match=f"period freeze {period}"):
        found.build(period)


def test_certificate_counts_what_was_tried(tmp_path):
    found = made(tmp_path, 9)
    certificate = found.release(outcomes(found, 9)).certificate
    assert certificate.figures > 0 and certificate.software.startswith("shieldwall ")
    tried = [result.attack.split()[0] for result in certificate.results]
    assert tried == ["X1", "X2", "X3", "X4", "X6", "X7"]
    assert all(result.claims == 0 and result.trials > 0 for result in certificate.results)
    second = found.release(outcomes(found, 9, seed=2)).certificate
    assert [result.attack.split()[0] for result in second.results] == [*tried, "X8"]
    assert all(result.claims == 0 and result.reports == 2 for result in second.results)


def test_a_crash_between_entry_and_files_is_mended_by_publishing_again(tmp_path):
    found = made(tmp_path, 6)
    period = found.send(outcomes(found, 6))
    found.freeze(period)
    built = found.build(period)
    folder = publish(found.config, found.engine, built)
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    assert publish(found.config, found.engine, found.build(period)) == folder
    assert (folder / "release.json").read_bytes() == built.envelope


def test_what_was_rendered_beside_a_draft_is_published_with_it(tmp_path):
    found = made(tmp_path, 6)
    period = found.send(outcomes(found, 6))
    found.freeze(period)
    built = found.build(period)
    (built.folder / "report.html").write_text("<p>made from the release</p>")
    assert (publish(found.config, found.engine, built) / "report.html").is_file()


def test_a_release_older_than_two_years_no_longer_binds_the_gate(tmp_path):
    found = made(tmp_path, 6)
    found.release(outcomes(found, 6))
    found.now += 8 * QUARTER
    release = found.release(outcomes(found, 5)).release
    assert release.cohort.n == 5 and release.gate.answer == "release"


def test_firms_of_neighbouring_answers_in_the_same_bands_give_the_same_figures(tmp_path):
    """X16: neither length, order nor keys of the file depend on anything but the bands."""
    releases_ = []
    for count in (1, 3):
        found = made(tmp_path / str(count), 14)
        code = np.ones((14, len(found.pack.order)), dtype=np.uint8)
        code[:count, :] = 2
        release = found.release({name: code[i : i + 1] for i, name in enumerate(NAMES[:14])}).release
        releases_.append((release.checks, release.themes, release.scores))
    assert releases_[0] == releases_[1]


def test_answers_that_moved_are_not_mistaken_for_a_leak(tmp_path):
    found = cluster(tmp_path)
    names = [f"Firm {number:03}" for number in range(160)]
    for number, name in enumerate(names[:152]):
        found.join(name, sector=("metal", "wood")[number % 2])
    for seed, count in ((1, 152), (2, 156), (3, 160)):
        for name in names[len(found.firms) : count]:
            found.join(name, sector="metal")
        sent = random_hosts(np.random.default_rng(seed), names[:count], len(found.pack.order))
        built = found.release(sent)
        assert built.release.cohort.n == count and built.release.cohort.categories == ("metal", "wood")
        assert all(result.claims == 0 for result in built.certificate.results)


def test_a_release_says_when_it_withstands_fewer_members_than_the_one_before(tmp_path):
    found = made(tmp_path, 14)
    more, fewer, same = (found.release(outcomes(found, count)).release for count in (14, 10, 10))
    assert [release.cohort.k for release in (more, fewer, same)] == [2, 1, 1]
    assert [FEWER in release.limits for release in (more, fewer, same)] == [False, True, False]


def test_the_freeze_takes_the_partition_from_the_signed_policy(tmp_path):
    found = made(tmp_path, 6)
    assert sum_up_with(found.config).partition == "sector"
    set_policy(found.config, found.notary, "size", set())
    assert sum_up_with(found.config).partition == "size"
    with pytest.raises(UsageError, match="broken down by sector"):
        set_policy(found.config, found.notary, "size", {"sector"})


def test_forty_firms_by_size(tmp_path):
    found = cluster(tmp_path)
    for number, name in enumerate(NAMES):
        found.join(name, size=("1-9", "10-49")[number % 2])
    release = found.release(outcomes(found, 40), partition="size").release
    assert release.cohort.partition == "size" and release.cohort.categories == ("1-9", "10-49")
