"""The release document: one canonical form, a closed schema, and no member for what must never be published."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shieldwall.encoding.canonical import decode, encode
from shieldwall.errors import IntegrityError
from shieldwall.published.release import (
    ALL,
    Cohort,
    CountedLog,
    Figure,
    GateAnswer,
    PackReference,
    Release,
    ScoreBins,
    encode_release,
    parse_release,
    release_digest,
    roster_hash,
)

FIGURE = Figure("ssh-root-login", "Root cannot log in", "access", "measured", 6, ALL, 14, 4, 7, 1, 3, "first")
WHOLE = replace(FIGURE, id="overall", title="Overall", theme="", weight=0)
RELEASE = Release(
    schema="shieldwall-release/1", name="2026-Q1", cluster="valley", period="2026-Q1", published="2026-04-01T08:00Z",
    previous="", cohort=Cohort(14, 2, 4, 0, roster_hash(frozenset({"a", "b"})), "", ()),
    pack=PackReference("shieldwall-core", "1.0", "0" * 64), themes=(replace(FIGURE, id="access"),), checks=(FIGURE,),
    scores=(ScoreBins("overall", "Overall", "measured", ALL, (70,), (WHOLE,)),), yardsticks=(),
    gate=GateAnswer("release", "14 firms"), log=CountedLog("", 0, "0" * 64), method="bands", limits=("none",),
    software="shieldwall 1",
)  # fmt: skip


def test_what_is_encoded_is_parsed_again():
    assert parse_release(encode_release(RELEASE)) == RELEASE
    assert release_digest(RELEASE) == release_digest(parse_release(encode_release(RELEASE)))


def changed(path, value):
    document = decode(encode_release(RELEASE))
    target = document
    for step in path[:-1]:
        target = target[step]
    if value is KeyError:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return encode(document)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("extra",), 1, "members missing or unknown: extra"),
        (("method",), KeyError, "members missing or unknown: method"),
        (("checks", 0, "count"), 5, r"checks\[0\]: members missing or unknown: count"),
        (("cohort", "n"), "14", r"cohort\.n: expected int"),
        (("cohort", "n"), True, r"cohort\.n: expected int"),
        (("checks",), {}, "expected a list"),
        (("cohort",), [], "expected an object"),
        (("checks", 0, "trend"), "better", "is not one of"),
        (("checks", 0, "kind"), 1, "is not one of"),
        (("checks", 0, "low"), 8, "not an interval"),
        (("checks", 0, "high"), 15, "not an interval"),
        (("checks", 0, "band"), 3, "band 3 of 3"),
        (("checks", 0, "band"), None, "band None of 3"),
        (("cohort", "w"), 3, "need k \\+ 2"),
        (("cohort", "roster_hash"), "x", "roster hash"),
        (("published",), "2026-04-01T08:00:01Z", "time of publication"),
        (("name",), "../2026", "release name"),
        (("schema",), "shieldwall-release/2", "is not one of"),
        (("scores", 0, "lines"), [70, 50], "lines must ascend"),
        (("scores", 0, "lines"), [], "lines must ascend"),
    ],
)
def test_anything_else_is_refused_with_its_place(path, value, says):
    with pytest.raises(IntegrityError, match=says):
        parse_release(changed(path, value))


@pytest.mark.parametrize("junk", [b"", b"[]", b"null", b'{"schema":1}', b"\xff", b'{"a":1.5}'])
def test_junk_is_refused(junk):
    with pytest.raises(IntegrityError):
        parse_release(junk)


def test_only_the_canonical_bytes_are_a_release():
    with pytest.raises(IntegrityError, match="canonical"):
        parse_release(encode_release(RELEASE).replace(b'{"checks"', b'{ "checks"'))
    with pytest.raises(IntegrityError, match="larger"):
        parse_release(b" " * (1024 * 1024 + 1))


def test_x10_no_member_could_carry_an_extreme_a_quantile_or_an_exact_count():
    names = {field.name for kind in (Release, Figure, ScoreBins, Cohort) for field in fields(kind)}
    assert not names & {
        "min",
        "max",
        "minimum",
        "maximum",
        "median",
        "mean",
        "quantile",
        "count",
        "best",
        "worst",
        "rank",
    }


@given(st.frozensets(st.text(min_size=1, max_size=12), max_size=8))
def test_a_roster_hash_depends_on_who_is_in_it_and_on_nothing_else(members):
    assert roster_hash(members) == roster_hash(frozenset(sorted(members, reverse=True)))
    assert roster_hash(members | {"another one entirely"}) != roster_hash(members)
