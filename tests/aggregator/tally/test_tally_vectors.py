"""Hosts to firms to vectors: the score module and plain loops are the judges."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.ledger.packing import Bits, pack_outcomes, places
from aggregator.tally.outcomes import FirmOutcomes, Subject, reorder, unpack_hosts
from aggregator.tally.sums import add_up
from aggregator.tally.vectors import BINS, EDGES, KINDS, firm_vectors, fold, length
from shieldwall.checks.outcome import Outcome, Reason, Verdict
from shieldwall.checks.score import Scored, score
from shieldwall.checks.vocabulary import THEMES

WEIGHTS = (10, 6, 3, 1, 0)
SUBJECTS = tuple(
    Subject(
        f"c{number:02}",
        f"Check {number}",
        THEMES[number % 6],
        WEIGHTS[number // 6 % 5],
        number % 7 == 0,
        number % 4 == 3,
    )
    for number in range(48)
)
OUTCOME = {0: Outcome.UNKNOWN, 1: Outcome.PASS, 2: Outcome.FAIL, 3: Outcome.NOT_APPLICABLE}


def codes(hosts):
    return st.lists(
        st.lists(st.sampled_from((0, 1, 1, 1, 2, 2, 3)), min_size=len(SUBJECTS), max_size=len(SUBJECTS)),
        min_size=1, max_size=hosts,
    ).map(lambda rows: np.array(rows, dtype=np.uint8))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(codes(1))
def test_score_bins_are_those_of_the_score_module(hosts):
    vector = firm_vectors([FirmOutcomes("f", hosts)], SUBJECTS)[0]
    bits = vector[len(SUBJECTS) :].reshape(len(KINDS), 1 + len(THEMES), BINS)
    for kind, attested in enumerate(KINDS):
        items = [
            Scored(s.id, s.theme, s.weight, s.gate, s.attested, OUTCOME[int(code)])
            for s, code in zip(SUBJECTS, hosts[0], strict=True)
            if s.attested is attested
        ]
        judged = score(items)
        values = [judged.overall] + [w.score if w.qualifies else None for w in judged.themes.values()]
        for value, row in zip(values, bits[kind], strict=True):
            assert list(row) == one_hot(value)


def one_hot(value: Fraction | None):
    place = None if value is None else sum(100 * value >= edge for edge in EDGES)
    return [int(index == place) for index in range(BINS)]


@settings(max_examples=60, deadline=None)
@given(codes(25))
def test_a_firm_passes_when_95_of_100_hosts_do_and_a_gate_when_all_do(hosts):
    folded = fold([FirmOutcomes("f", hosts)], SUBJECTS)[0]
    for index, subject in enumerate(SUBJECTS):
        column = list(hosts[:, index])
        passed, failed = column.count(1), column.count(2)
        if passed + failed == 0:
            expected = 3 if 3 in column else 0
        elif subject.gate:
            expected = 2 if failed else 1
        else:
            expected = 1 if passed / (passed + failed) >= 0.95 else 2
        assert folded[index] == expected


@settings(max_examples=30, deadline=None)
@given(codes(6), st.randoms(use_true_random=False))
def test_neither_order_nor_number_of_equal_hosts_changes_a_firm(hosts, random):
    shuffled = list(range(len(hosts)))
    random.shuffle(shuffled)
    one, other, twice = (
        firm_vectors([FirmOutcomes("f", each)], SUBJECTS)
        for each in (hosts, hosts[shuffled], np.repeat(hosts, 2, axis=0))
    )
    assert (one == other).all() and (one == twice).all()


def test_one_of_twenty_hosts_may_fail_and_two_may_not():
    hosts = np.ones((20, len(SUBJECTS)), dtype=np.uint8)
    hosts[0] = 2
    folded = fold([FirmOutcomes("f", hosts)], SUBJECTS)[0]
    assert all(bool(code == 2) is subject.gate for code, subject in zip(folded, SUBJECTS, strict=True))
    hosts[1] = 2
    assert (fold([FirmOutcomes("f", hosts)], SUBJECTS) == 2).all()


def test_one_kind_never_touches_the_scores_of_the_other():
    hosts = np.ones((1, len(SUBJECTS)), dtype=np.uint8)
    hosts[0, [index for index, s in enumerate(SUBJECTS) if s.attested]] = 2
    bins = firm_vectors([FirmOutcomes("f", hosts)], SUBJECTS)[0][len(SUBJECTS) :].reshape(2, 1 + len(THEMES), BINS)
    asked = sorted({THEMES.index(s.theme) + 1 for s in SUBJECTS if s.attested})
    assert (bins[0, :, -1] == 1).all() and bins[1, asked, 0].tolist() == [1] * len(asked)


@given(st.integers(1, 4), st.binary(min_size=48, max_size=48))
def test_no_host_can_add_more_than_one_firm_to_a_figure(many, junk):
    """X14: whatever two bits a host packs, a firm's vector stays 0/1 and each score in at most one bin."""
    hosts = np.frombuffer(junk * many, dtype=np.uint8).reshape(many, 48) & 3
    vector = firm_vectors([FirmOutcomes("f", hosts)], SUBJECTS)[0]
    assert set(vector) <= {0, 1}
    assert vector[len(SUBJECTS) :].reshape(-1, BINS).sum(axis=1).max() <= 1


def test_vectors_have_the_promised_length_and_sums_are_sums():
    generator = np.random.default_rng(3)
    firms = [
        FirmOutcomes(f"f{i}", generator.integers(0, 4, (int(generator.integers(1, 5)), len(SUBJECTS)), dtype=np.uint8))
        for i in range(30)
    ]
    vectors = firm_vectors(firms, SUBJECTS)
    assert vectors.shape == (30, length(len(SUBJECTS))) and set(np.unique(vectors)) <= {0, 1}
    names = [firm.firm for firm in firms]
    whole = add_up(vectors, names, SUBJECTS, names)
    parts = [add_up(vectors, names, SUBJECTS, part) for part in (names[:12], names[12:])]
    assert whole.checks == tuple(a + b for a, b in zip(parts[0].checks, parts[1].checks, strict=True))
    assert whole.bins == tuple(a + b for a, b in zip(parts[0].bins, parts[1].bins, strict=True))
    assert whole.below(70) == tuple(sum(whole.bins[i : i + 3]) for i in range(0, len(whole.bins), BINS))


def test_a_member_without_outcomes_is_not_counted_as_fine():
    firm = FirmOutcomes("f", np.ones((1, len(SUBJECTS)), dtype=np.uint8))
    vectors = firm_vectors([firm], SUBJECTS)
    with pytest.raises(ValueError, match="1 firms"):
        add_up(vectors, ["f"], SUBJECTS, ["f", "g"])


VERDICTS = [Verdict(outcome, Reason.TOOL if outcome is Outcome.UNKNOWN else None) for outcome in Outcome]


@given(st.lists(st.lists(st.sampled_from(VERDICTS), min_size=9, max_size=9), min_size=1, max_size=5))
def test_unpacking_is_the_inverse_of_what_the_ledger_packs(hosts):
    order = [f"c{i}" for i in range(9)]
    blobs = [pack_outcomes(dict(zip(order, host, strict=True)), places(order)) for host in hosts]
    meant = {Outcome.PASS: Bits.PASS, Outcome.FAIL: Bits.FAIL, Outcome.NOT_APPLICABLE: Bits.NOT_APPLICABLE}
    expected = [[int(meant.get(verdict.outcome, Bits.NOTHING)) for verdict in host] for host in hosts]
    assert unpack_hosts(blobs, 9).tolist() == expected


def test_another_packs_order_is_followed_by_name():
    codes_ = np.array([[1, 2, 3]], dtype=np.uint8)
    assert reorder(codes_, ["a", "b", "c"], ["c", "x", "a"]).tolist() == [[3, 0, 1]]
