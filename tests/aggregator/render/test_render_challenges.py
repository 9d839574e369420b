"""The challenge list: common, easy, provable, and about no firm."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import released
from releasing import cluster, random_hosts

from aggregator.cli import run
from aggregator.render import papers, sheets
from aggregator.render.challenges import MOST, challenges_of, encode_challenges, first_sentence
from shieldwall.packs.pack import load_pack
from shieldwall.published.release import ALL, Release

WORDS = {name: replace(about, effort="hours") for name, about in released.WORDS.items()}


def markdown(release: Release) -> str:
    return sheets.load("markdown")(papers.load("challenges")(release, WORDS)).decode()


def test_only_easy_gaps_that_can_be_proven_are_chosen() -> None:
    release = released.release(24)
    chosen = challenges_of(release, WORDS)
    assert 1 <= len(chosen) <= MOST
    assert len({c.words.training_topic for c in chosen}) == len(chosen)
    for challenge in chosen:
        f = challenge.figure
        assert f.band is not None and f.band >= 2 and challenge.target == (f.band - 1) * release.cohort.w - 1
        assert 1 <= challenge.least <= challenge.enough <= f.n
    hard = {name: replace(about, effort="days") for name, about in WORDS.items()}
    assert challenges_of(release, hard) == () and challenges_of(release, {}) == ()
    assert (
        "No gap that minutes or hours close"
        in sheets.load("markdown")(papers.load("challenges")(release, hard)).decode()
    )


def test_the_commonest_comes_first_and_a_topic_once() -> None:
    release = released.release(60, first=True)
    chosen = challenges_of(release, WORDS)
    spans = [c.figure.low + c.figure.high for c in chosen]
    assert spans == sorted(spans, reverse=True)
    assert chosen[0].count.low == chosen[0].figure.low, "the first release of a cohort holds nothing still"
    assert (chosen[0].least, chosen[0].enough) == (1, 4), "a plain band moves when its count leaves it"


def test_each_says_what_to_do_who_teaches_it_and_how_it_would_show() -> None:
    text = " ".join(markdown(released.release(24)).split())
    for challenge in challenges_of(released.release(24), WORDS):
        assert challenge.figure.title in text
        assert f"at least {challenge.least} firm" in text and f"{challenge.enough} firms more are enough" in text
    assert "Start with the most important computer today." in text and "Then go on with the others" not in text
    assert "Half a day on" in text and "no firm" not in text.lower().replace("no firm's answer", "")


def test_too_few_firms_have_no_list() -> None:
    text = markdown(released.release(4))
    assert "Until then, published statistics" in text and "Proven when" not in text


def test_the_document_for_programs_says_the_same() -> None:
    release = released.release(24)
    document = json.loads(encode_challenges(release, WORDS))
    assert [item["check"] for item in document["challenges"]] == [c.figure.id for c in challenges_of(release, WORDS)]
    known = {(f.id, f.low, f.high, f.n) for f in release.checks if f.group == ALL}
    assert {(i["check"], i["low"], i["high"], i["n"]) for i in document["challenges"]} <= known
    assert encode_challenges(release, dict(reversed(WORDS.items()))) == encode_challenges(release, WORDS)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Do it. Then rest.", "Do it."),
        ("Set `PasswordAuthentication no. Then` there. Restart.", "Set `PasswordAuthentication no. Then` there."),
        ("Edit /etc/ssh/sshd_config, e.g. by hand.", "Edit /etc/ssh/sshd_config, e.g. by hand."),
        ("One line only", "One line only"),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_it_does(text: str, first: str) -> None:
    assert first_sentence(text) == first


def test_the_command_writes_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    up = cluster(tmp_path / "cluster", load_pack())
    names = [f"Firm {number:02}" for number in range(14)]
    for name in names:
        up.join(name)
    period = up.release(random_hosts(np.random.default_rng(2), names, len(up.pack.order))).release.period
    words = ["--data", str(up.config.folder), "release", "challenges", period]
    assert run(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("# Challenges for the next quarter") and "It would show as a proven move" in said
    for form, begins in (("pdf", b"%PDF"), ("html", b"<!doctype html>"), ("json", b'{"challenges":[{')):
        place = tmp_path / f"list.{form}"
        assert run([*words, "--format", form, "--output", str(place)]) == 0
        data = place.read_bytes()
        assert data.startswith(begins) and not any(name.encode() in data for name in names)
    assert run([*words[:-1], "2020-Q1"]) == 2 and "release publish 2020-Q1" in capsys.readouterr().err
