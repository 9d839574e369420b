"""Laws of the three-valued logic, over every small combination."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.checks.outcome import (
    ERRORED,
    FAILED,
    NOT_APPLICABLE,
    PASSED,
    Outcome,
    Reason,
    Verdict,
    all_of,
    any_of,
    at_least,
    negate,
    unknown,
)

UNSEEN = unknown(Reason.PRIVILEGE)
VERDICTS = [PASSED, FAILED, UNSEEN, NOT_APPLICABLE, ERRORED]
lists = st.lists(st.sampled_from(VERDICTS), max_size=6)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (PASSED, PASSED, PASSED, PASSED), (PASSED, FAILED, FAILED, PASSED), (FAILED, FAILED, FAILED, FAILED),
        (PASSED, UNSEEN, UNSEEN, PASSED), (FAILED, UNSEEN, FAILED, UNSEEN), (UNSEEN, UNSEEN, UNSEEN, UNSEEN),
        (NOT_APPLICABLE, PASSED, PASSED, PASSED), (NOT_APPLICABLE, FAILED, FAILED, FAILED),
        (NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE, NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_truth_table(left: Verdict, right: Verdict, both: Verdict, either: Verdict) -> None:
    for pair in ([left, right], [right, left]):
        assert all_of(pair) == both
        assert any_of(pair) == either


@given(lists)
def test_all_and_any_are_duals(verdicts: list[Verdict]) -> None:
    assert any_of(verdicts) == negate(all_of([negate(v) for v in verdicts]))


@given(lists)
def test_an_error_never_hides(verdicts: list[Verdict]) -> None:
    for join in (all_of, any_of, lambda v: at_least(1, v)):
        assert join([*verdicts, ERRORED]) == ERRORED


@given(st.lists(st.sampled_from([PASSED, FAILED, UNSEEN]), min_size=1, max_size=5), st.integers(1, 5))
def test_unknown_is_exactly_what_could_still_be_decided_either_way(verdicts: list[Verdict], n: int) -> None:
    def worlds(join: object) -> set[Outcome]:
        choices = [[PASSED, FAILED] if v is UNSEEN else [v] for v in verdicts]
        return {join(list(world)).outcome for world in itertools.product(*choices)}  # type: ignore[operator]

    for join in (all_of, any_of, lambda v: at_least(min(n, len(verdicts)), v)):
        possible = worlds(join)
        seen = join(verdicts).outcome
        assert seen is (Outcome.UNKNOWN if len(possible) == 2 else next(iter(possible)))


def test_a_reason_belongs_to_unknown_and_only_to_it() -> None:
    with pytest.raises(ValueError, match="a reason belongs to unknown"):
        Verdict(Outcome.FAIL, Reason.TOOL)
    with pytest.raises(ValueError, match="a reason belongs to unknown"):
        Verdict(Outcome.UNKNOWN)
