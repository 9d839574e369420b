"""The papers say what the release says, nothing else, and the same again: every number is a band's, a date's or a law's."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_type_hints

import pytest
import released
from hypothesis import given
from hypothesis import strategies as st

from aggregator.disclosure.bands import Layout, coalition, width
from aggregator.disclosure.sticky import STICKY_BELOW, held
from aggregator.render import papers, sheets
from aggregator.render.base import Words
from aggregator.render.needs import Points, buys_of, funds_of, points_of, reach
from aggregator.render.papers import success
from aggregator.render.papers.base import Paper, Prose, Said, Section, Table
from shieldwall.published.release import Figure, Release, release_digest

SIZES = (4, 8, 24, 60, 150)
NAMES = ("brief", "funding", "infrastructure")
HOSTILE = "</section><script>alert(1)</script>|`[x](y)\u202e\x1b[31m"


@cache
def sample(n: int) -> tuple[Release, Words]:
    return (released.release(n), released.WORDS) if n < 5 else released.library(n)


def made(name: str, n: int) -> Paper:
    return papers.load(name)(*sample(n))


def section(paper: Paper, identity: str) -> Section:
    return next(each for each in paper.sections if each.id == identity)


def sentences(part: Section) -> list[str]:
    return [sentence for block in part.blocks if isinstance(block, Said) for sentence in block.sentences]


def cells(paper: Paper) -> list[tuple[str, str]]:
    """Row head and cell text of every cell with a chart, and the chart's own numbers."""
    tables = [block for part in paper.sections for block in part.blocks if isinstance(block, Table)]
    return [
        (row.head, cell.text.replace("\u00a0", " "))
        for table in tables
        for row in table.rows
        for cell in row.cells
        if cell.span
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_is_given_a_release_and_the_packs_words_and_nothing_else(name: str) -> None:
    assert get_type_hints(papers.load(name)) == {"release": Release, "words": Words, "house": str, "return": Paper}
    for form in sheets.FORMS:
        assert get_type_hints(sheets.load(form)) == {"paper": Paper, "return": bytes}


def test_the_papers_reach_no_database_no_clock_and_no_member() -> None:
    code = (
        "import sys, aggregator.render.papers as p, aggregator.render.sheets as s\n"
        "[p.load(n) for n in p.PAPERS]; [s.load(n) for n in s.FORMS if n != 'pdf']\n"
        "print([m for m in sys.modules if m.startswith(('sqlalchemy', 'aggregator.database', 'aggregator.ledger',"
        " 'aggregator.members', 'aggregator.release'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_every_interval_is_one_the_release_gives(name: str, n: int) -> None:
    """Each charted pair of numbers is a band, a sum of weighted bands, a bound on a union, or a target below a band."""
    release, words = sample(n)
    allowed = {(f.low, f.high) for f in (*release.checks, *release.themes)}
    topics = {word.training_topic for word in words.values()}
    known = [f for f in release.checks if f.id in words and f.high]
    for topic in topics:
        for bought in (False, True):
            some = [
                f for f in known
                if words[f.id].training_topic == topic
                and (words[f.id].funding_category not in ("", "F-TRAIN")) is bought
            ]  # fmt: skip
            allowed.add(_ends(points_of(some)))
    for group in (*funds_of(release.checks, words), *buys_of(release.checks, words)):
        allowed |= {_ends(group.points), *((r.low, r.high) for r in reach(group.checks))}
    targets = {each.most for each in success.indicators(release.checks, release, 10_000)}
    for head, text in cells(made(name, n)):
        numbers = tuple(map(int, re.findall(r"\d+", text.split("(")[0])))
        if text.startswith("at most"):
            assert numbers[0] in targets, (head, text)
            continue
        low, high = (numbers[0], numbers[1]) if " to " in text else (numbers[0], numbers[0])
        assert (low, high) in allowed, (head, text)
        assert " of " not in text or numbers[-1] == n, (head, text)


def _ends(points: Points) -> tuple[int, int]:
    return points.low, points.high


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_about_a_check_is_its_band(name: str, n: int) -> None:
    release, _ = sample(n)
    by_title = {(f.title, f.kind): f for f in (*release.checks, *release.themes)}
    for part in made(name, n).sections:
        for said in sentences(part):
            for title, kind, numbers in re.findall(
                r"“(.+?)”, (measured|answered) [a-z ]+: Of \d+ firms, (.+?) need", said
            ):
                figure = by_title[title, "measured" if kind == "measured" else "attested"]
                found = set(map(int, re.findall(r"\d+", numbers)))
                assert found <= {figure.low, figure.high} and found, said


@pytest.mark.parametrize("n", SIZES)
def test_every_sentence_of_the_brief_carries_its_figure(n: int) -> None:
    paper = made("brief", n)
    for part in paper.sections:
        if part.id != "method":
            assert all(re.search(r"\d|any one member|any two members", said) for said in sentences(part)), part.id
    assert len(sentences(section(paper, "known"))) >= 3 and sentences(section(paper, "unknown"))
    assert section(paper, "method").boxed


@pytest.mark.parametrize("n", (8, 24, 60, 150))
def test_the_brief_is_two_tagged_pages(n: int, tmp_path: Path) -> None:
    told = pdf(made("brief", n), tmp_path)
    assert told["Pages"] == "2" and told["Tagged"] == "yes" and told["Page size"].startswith("595.276 x 841.89")


def test_every_picture_of_the_brief_is_said_in_words_to_those_who_cannot_see_it() -> None:
    data = sheets.load("pdf")(made("brief", 24))
    packed = re.findall(rb"/FlateDecode[^>]*>>\nstream\n(.*?)\nendstream", data, re.DOTALL)
    whole = b"".join(zlib.decompress(part) for part in packed)
    pictures = len(re.findall(rb"/S ?/Figure", whole))
    assert pictures == len(re.findall(rb"/Alt ?[(<]", whole)) > 20
    assert b"/Lang (en)" in whole + data


def test_a_language_of_longer_words_still_fits_two_pages(tmp_path: Path) -> None:
    paper = made("brief", 150)
    longer = tuple(
        replace(
            part, blocks=tuple(_longer(block) if isinstance(block, Said | Prose) else block for block in part.blocks)
        )
        for part in paper.sections
    )
    assert pdf(replace(paper, sections=longer, sheets=0), tmp_path)["Pages"] == "3", "or this proves nothing"
    assert pdf(replace(paper, sections=longer), tmp_path)["Pages"] == "2"


def _longer(block: Said | Prose) -> Said | Prose:
    """With nine words more in ten."""

    def more(text: str) -> str:
        words = text.split()
        return " ".join([*words, *words[: len(words) * 9 // 10]])

    if isinstance(block, Prose):
        return Prose(more(block.text))
    return Said(tuple(map(more, block.sentences)))


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_without_figures_is_honest_and_never_empty(name: str, tmp_path: Path) -> None:
    paper = made(name, 4)
    words = sheets.load("markdown")(paper).decode()
    assert "4 firms took part" in words and "start at 5 firms" in words and "With 1 firm more" in words
    assert "79" in words and "Eurostat, 2024" in words and ("What is not known" in words or "## Limits" in words)
    assert "need action" not in words.partition("How the figures were made")[0].replace("that need action", "")
    assert int(pdf(paper, tmp_path)["Pages"]) <= 2


@pytest.mark.parametrize("form", sheets.FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_neighbouring_data_with_the_same_bands_give_the_same_bytes(name: str, form: str) -> None:
    """One firm's answers changed, no band left: whoever holds both papers must hold one paper."""
    layout = Layout(24, width(coalition(24)))
    pairs = [(count, count + 1) for count in range(24) if layout.band(count) == layout.band(count + 1)]
    one, other = pairs[3]
    release, words = sample(24)

    def counted(count: int) -> Release:
        low, high = layout.interval(layout.band(count))
        return replace(
            release, checks=tuple(replace(f, low=low, high=high, band=layout.band(count)) for f in release.checks)
        )

    write = sheets.load(form)
    first = write(papers.load(name)(counted(one), words))
    assert first == write(papers.load(name)(counted(other), dict(reversed(words.items()))))
    assert first != write(papers.load(name)(counted(one + 8), words))


def test_a_pdf_tells_nothing_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    paper = made("brief", 24)
    data = sheets.load("pdf")(paper)
    told = pdf(paper, tmp_path)
    assert told["CreationDate"] == "Fri Jan  8 09:00:00 2027 UTC", "the release's date, not today's"
    assert told["Author"] == paper.cluster and paper.release in told["Title"]
    host = subprocess.run(["uname", "-n"], capture_output=True, text=True, check=True).stdout.strip().encode()
    for secret in (host, b"/home", b"/root", b"/work", b"/tmp", str(Path.cwd()).encode()):
        assert secret not in data


@pytest.mark.parametrize("name", NAMES)
def test_names_from_outside_are_text_in_every_form(name: str) -> None:
    release, words = sample(24)
    release = replace(release, cluster=HOSTILE, checks=tuple(replace(f, title=HOSTILE + f.id) for f in release.checks))
    paper = papers.load(name)(release, words)
    page, text = (sheets.load(form)(paper).decode() for form in ("html", "markdown"))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "<script" not in text.replace("\\<", "") and "[x](y)" not in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", page + text)


@given(st.integers(5, 150), st.data())
def test_an_indicator_moves_exactly_when_the_target_is_met(n: int, data: st.DataObject) -> None:
    """Against the rule by which the next release of the same firms decides what it says."""
    layout = Layout(n, width(coalition(n)))
    band = data.draw(st.integers(0, layout.q - 1))
    low, high = layout.interval(band)
    figure = Figure("c", "C", "access", "measured", 6, "all", n, low, high, band, layout.q, "same")

    def fewer(count: int) -> bool:
        plain = layout.band(count)
        return layout.interval(held(band, plain) if n < STICKY_BELOW else plain)[1] < low

    base = released.release(n)
    found = success.indicators((figure,), base, 1)
    proven = [count for count in range(n + 1) if fewer(count)]
    assert [each.most for each in found] == proven[-1:]


def test_the_forms_of_a_paper_are_told_by_name_ending_and_type() -> None:
    assert sheets.FORMS.keys() == sheets.ENDINGS.keys() == sheets.MEDIA_TYPES.keys()


def pdf(paper: Paper, folder: Path) -> dict[str, str]:
    """What pdfinfo says of it."""
    file = folder / "paper.pdf"
    file.write_bytes(sheets.load("pdf")(paper))
    assert b"pdfuaid" in file.read_bytes() or _metadata(file)
    lines = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _metadata(file: Path) -> bool:
    """Whether it declares itself PDF/UA-1."""
    told = subprocess.run(["pdfinfo", "-meta", str(file)], capture_output=True, text=True, check=True).stdout
    return "pdfuaid:part" in told


@pytest.mark.parametrize("name", NAMES)
def test_the_clusters_own_name_stands_where_a_reader_looks_and_changes_no_digest(name: str) -> None:
    release, words = sample(24)
    paper = papers.load(name)(release, words, "Métallurgie & <b>Fils</b>")
    assert paper.cluster == "Métallurgie & <b>Fils</b>" and paper.digest == release_digest(release)
    page = sheets.load("html")(paper).decode()
    assert "<h1>Métallurgie &amp; &lt;b&gt;Fils&lt;/b&gt;</h1>" in page and "<b>Fils" not in page
    assert release.cluster not in re.sub(r"<code>.*?</code>", "", page)
