"""Codes, passwords, sealed secrets and challenges: what somebody proves at the door."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from aggregator.pages.challenge import SECONDS, Challenges
from aggregator.people import totp
from aggregator.people.guard import ALL_BURST, NAME_BURST, NAME_SECONDS, Guard
from aggregator.people.passwords import Hasher, acceptable
from aggregator.people.vault import Vault
from shieldwall.errors import IntegrityError, UsageError

RFC_SECRET = b"12345678901234567890"
RFC_6238 = [
    (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
    (2000000000, "69279037"), (20000000000, "65353130"),
]  # fmt: skip
"""Appendix B, the rows of SHA-1."""


@pytest.mark.parametrize(("moment", "expected"), RFC_6238)
def test_codes_are_those_of_the_standard(moment: int, expected: str) -> None:
    assert totp.code(RFC_SECRET, moment // 30, digits=8) == expected
    assert totp.code(RFC_SECRET, moment // 30) == expected[2:]


def test_a_code_is_good_one_step_early_or_late_and_no_more() -> None:
    now = 1_800_000_015
    present = now // 30
    for drift in (-1, 0, 1):
        assert totp.step_of(RFC_SECRET, totp.code(RFC_SECRET, present + drift), now) == present + drift
    for drift in (-2, 2):
        assert totp.step_of(RFC_SECRET, totp.code(RFC_SECRET, present + drift), now) is None
    assert totp.step_of(RFC_SECRET, f" {totp.code(RFC_SECRET, present)[:3]} {totp.code(RFC_SECRET, present)[3:]}", now)


@given(st.text(max_size=12))
def test_nothing_typed_breaks_the_comparison(typed: str) -> None:
    assert totp.step_of(RFC_SECRET, typed, 0) in (None, -1, 0, 1)


def test_the_app_is_told_secret_name_and_issuer() -> None:
    told = totp.address(RFC_SECRET, "maria", "Valley & Sons")
    assert told == (
        "otpauth://totp/Valley%20%26%20Sons:maria?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Valley%20%26%20Sons"
    )
    assert base64.b32decode(totp.base32(RFC_SECRET)) == RFC_SECRET


def test_a_password_matches_only_itself_and_nobody_matches_nothing() -> None:
    hasher = Hasher()
    stored = hasher.hash("correct horse battery")
    assert stored.startswith("$argon2id$")
    assert hasher.matches(stored, "correct horse battery")
    assert not hasher.matches(stored, "correct horse batterz")
    assert not hasher.matches(None, "correct horse battery")
    assert not hasher.matches("junk", "junk")


@pytest.mark.parametrize("weak", ["elevenchars", "x" * 201, "abababababab", "maria and the others"])
def test_weak_passwords_are_named(weak: str) -> None:
    with pytest.raises(UsageError):
        acceptable(weak, "maria")


def test_twelve_characters_are_enough() -> None:
    assert acceptable("twelve chars", "maria") == "twelve chars"


def test_a_sealed_secret_opens_only_for_whom_it_was_sealed() -> None:
    vault, sealed = Vault(key := Ed25519PrivateKey.generate()), b""
    sealed = vault.seal(RFC_SECRET, "person_1")
    assert RFC_SECRET not in sealed
    assert Vault(key).open(sealed, "person_1") == RFC_SECRET
    for spoilt, about in ((sealed, "person_2"), (sealed[:-1], "person_1"), (b"", "person_1")):
        with pytest.raises(IntegrityError):
            vault.open(spoilt, about)
    with pytest.raises(IntegrityError):
        Vault(Ed25519PrivateKey.generate()).open(sealed, "person_1")


def test_a_challenge_is_good_for_its_visitor_once_and_for_minutes() -> None:
    challenges, now = Challenges(b"k" * 32), 1_800_000_000
    made = challenges.make("visitor", now)
    assert not challenges.use(made, "another", now)
    assert not Challenges(b"x" * 32).use(made, "visitor", now), "another cluster's"
    assert Challenges(b"k" * 32).use(made, "visitor", now), "a second server takes what the first one made"
    assert not challenges.use(made[:-1] + b"\0", "visitor", now)
    assert not challenges.use(b"", "visitor", now)
    assert not challenges.use(made, "visitor", now + SECONDS)
    assert not challenges.use(made, "visitor", now - 1)
    assert challenges.use(made, "visitor", now + SECONDS - 1)
    assert not challenges.use(made, "visitor", now + SECONDS - 1), "twice"
    assert challenges.use(challenges.make("visitor", now), "visitor", now), "another one goes on working"


def test_tries_for_one_name_run_out_before_those_for_all() -> None:
    guard = Guard()
    assert [guard.wait("maria", 0) > 0 for _ in range(NAME_BURST + 1)] == [False] * NAME_BURST + [True]
    assert guard.wait("jonas", 0) == 0
    assert guard.wait("maria", NAME_SECONDS + 1) == 0
    many = Guard()
    assert [many.wait(f"name{n}", 0) > 0 for n in range(ALL_BURST + 1)] == [False] * ALL_BURST + [True]
