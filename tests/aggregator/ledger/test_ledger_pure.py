"""Packing, rate and period names: laws without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.ledger.packing import Bits, OverlayBits, pack_outcomes, pack_overlays, places, unpack
from aggregator.ledger.periods import following, quarter
from aggregator.ledger.rate import DAY, Buckets
from shieldwall.checks.outcome import FAILED, NOT_APPLICABLE, PASSED, Outcome, Overlay, Reason, Verdict
from shieldwall.errors import UsageError

CODE = {
    Outcome.PASS: Bits.PASS,
    Outcome.FAIL: Bits.FAIL,
    Outcome.NOT_APPLICABLE: Bits.NOT_APPLICABLE,
    Outcome.UNKNOWN: Bits.NOTHING,
    Outcome.ERROR: Bits.NOTHING,
}


VERDICTS = [Verdict(outcome, Reason.TOOL if outcome is Outcome.UNKNOWN else None) for outcome in Outcome]


@given(st.lists(st.sampled_from([*VERDICTS, None]), max_size=300))
def test_packing_keeps_every_outcome_in_its_place(verdicts: list[Verdict | None]) -> None:
    order = [f"c{number}" for number in range(len(verdicts))]
    stated = {check: verdict for check, verdict in zip(order, verdicts, strict=True) if verdict is not None}
    packed = pack_outcomes(stated, places(order))
    assert len(packed) == (len(order) + 3) // 4
    assert unpack(packed, len(order)) == [Bits.NOTHING if v is None else CODE[v.outcome] for v in verdicts]


def test_the_bits_stand_where_numpy_reads_them() -> None:
    order = ["a", "b", "c", "d", "e"]
    stated = {"a": PASSED, "b": FAILED, "c": NOT_APPLICABLE, "e": FAILED}
    assert pack_outcomes(stated, places(order)) == bytes([0b00_11_10_01, 0b10])


def test_overlays_take_no_room_when_there_are_none() -> None:
    assert pack_overlays({}, places(["a", "b"])) == b""
    packed = pack_overlays({"b": Overlay.ATTESTED}, places(["a", "b"]))
    assert unpack(packed, 2) == [OverlayBits.NONE, OverlayBits.ATTESTED]
    with pytest.raises(KeyError):
        pack_overlays({"c": Overlay.WAIVED}, places(["a", "b"]))


@given(st.lists(st.floats(0, 7200), max_size=100), st.integers(1, 50), st.integers(1, 400))
def test_a_bucket_never_lets_more_through_than_it_holds(pauses: list[float], burst: int, per_day: int) -> None:
    buckets, now, let, waits = Buckets(per_day=per_day, burst=burst), 0.0, 0, []
    for pause in pauses:
        now += pause
        waits.append(buckets.take("agent", now))
        let += waits[-1] == 0
    assert let <= burst + now * per_day / DAY + 1e-6
    assert all(wait == 0 for wait in waits[:burst])


def test_whoever_waits_as_told_gets_through() -> None:
    buckets = Buckets(per_day=24, burst=1)
    assert buckets.take("agent", 0.0) == 0
    wait = buckets.take("agent", 1.0)
    assert 0 < wait <= 3600
    assert buckets.take("agent", 1.0 + wait) == 0
    assert buckets.take("another", 1.0) == 0


@pytest.mark.parametrize(
    ("moment", "name"),
    [(1_767_225_599, "2025-Q4"), (1_767_225_600, "2026-Q1"), (1_790_000_000, "2026-Q3"), (1_798_761_599, "2026-Q4")],
)
def test_quarters(moment: int, name: str) -> None:
    assert quarter(moment) == name
    assert following(name) > name


def test_after_the_fourth_quarter_comes_the_first() -> None:
    assert following("2026-Q4") == "2027-Q1"
    with pytest.raises(UsageError, match="look like"):
        following("2026-5")
