"""Every form tells the same release, always in the same bytes, and none lets a name from outside act on its reader."""

import base64
import csv
import hashlib
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import released

from aggregator.render import FORMATS, MEDIA_TYPES, load
from shieldwall.published.release import Release, encode_release, parse_release

GOLDEN = Path(__file__).parents[2] / "golden"
VOID = {"meta", "br", "path", "rect"}
HOSTILE = '</style><script>alert(1)</script>" onload="x\u202e\x1b[31m'


class Page(HTMLParser):
    """Reads a page strictly: every tag closed in order, every attribute and word kept."""

    def __init__(self, source: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.style = ""
        self.feed(source.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words += data

    def ids(self) -> list[str | None]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


def page(release: Release) -> Page:
    return Page(load("html")(release, released.WORDS))


def flat(text: str) -> str:
    return " ".join(text.split())


SAMPLES = {
    "24 firms": released.release(24),
    "first": released.release(24, first=True),
    "9 firms": released.release(9),
    "too few": released.release(4),
    "partition": released.release(60, partition=("metal", "plastics", "other")),
    "linked": released.release(40, k=5),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "pdf"])
def test_the_same_release_gives_the_same_bytes(form: str, sample: Release) -> None:
    again = parse_release(encode_release(sample))
    assert load(form)(sample, released.WORDS) == load(form)(again, dict(reversed(released.WORDS.items())))


def test_the_page_on_paper_is_a_document_and_the_same_one_every_time() -> None:
    release = released.release(24)
    paper = load("pdf")(release, released.WORDS)
    assert paper.startswith(b"%PDF-1.7") and paper.rstrip().endswith(b"%%EOF")
    assert paper == load("pdf")(release, released.WORDS) != load("pdf")(released.release(25), released.WORDS)


def test_every_form_has_a_media_type() -> None:
    assert FORMATS.keys() == MEDIA_TYPES.keys()


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("csv", "csv")])
@pytest.mark.parametrize("firms", [4, 24, 60])
def test_the_report_reads_as_it_was_read_and_approved(form: str, suffix: str, firms: int) -> None:
    written = load(form)(released.release(firms), released.WORDS)
    file = GOLDEN / f"release-{firms}.{suffix}"
    assert written == file.read_bytes(), f"read the new report; if it is better, it belongs in {file}"


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_the_page_is_whole_and_asks_for_nothing_from_anywhere(sample: Release) -> None:
    seen = page(sample)
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in seen.tags}
    names = {name for _, attributes in seen.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style", "action")]
    assert [a["href"] for _, a in seen.tags if "href" in a][:1] == ["#main"]
    assert {a["href"] for _, a in seen.tags if "href" in a} <= {f"#{name}" for name in seen.ids()}
    assert "url(" not in seen.style and "@import" not in seen.style
    assert len(seen.ids()) == len(set(seen.ids()))
    assert {a["aria-labelledby"] for _, a in seen.tags if "aria-labelledby" in a} <= set(seen.ids())


def test_the_content_policy_admits_the_pages_own_style_and_nothing_else() -> None:
    seen = page(released.release())
    policy = next(a["content"] for _, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy")
    fingerprint = base64.b64encode(hashlib.sha256(seen.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{fingerprint}'; base-uri 'none'; form-action 'none'"


def test_every_figure_is_in_words_in_the_page() -> None:
    release = released.release(24)
    text = flat(page(release).words)
    for figure in (*release.themes, *release.checks):
        assert f"{figure.title} {figure.low} to {figure.high} of 24 firms" in re.sub(r"\s+", " ", text).replace(
            f"{figure.title}{figure.low}", f"{figure.title} {figure.low}"
        )
    for proof in (release.cohort.roster_hash, release.log.root, release.pack.digest, release.log.checkpoint.split()[0]):
        assert proof in text
    for limit in release.limits:
        assert limit in text


def test_below_forty_firms_no_form_names_a_percentage() -> None:
    for firms in (9, 24, 39):
        release = released.release(firms)
        assert "%" not in page(release).words
        assert b"%" not in load("text")(release, released.WORDS)
    assert " %" in page(released.release(40)).words


def test_too_few_firms_are_shown_published_statistics_and_no_figure() -> None:
    release = released.release(4)
    text = flat(page(release).words)
    assert "too few" in text and "keep backups in a separate place" in text
    assert "need action" not in text and "commonest" not in text
    assert not [tag for tag, _ in page(release).tags if tag == "svg"]


def test_a_partition_has_a_table_of_its_own_and_its_total_is_a_sum() -> None:
    release = released.release(60, partition=("metal", "plastics", "other"))
    text = flat(page(release).words)
    assert "By sector" in text
    for name in ("metal", "plastics", "other"):
        assert re.search(rf"{name}\s*20 firms", text)
    total = next(f for f in release.themes if f.group == "all")
    assert f"{total.low} to {total.high} of 60 firms" in text


@pytest.mark.parametrize("place", ["cluster", "title", "theme", "gate", "limit", "why"])
def test_hostile_names_are_text_in_every_form(place: str) -> None:
    release, words = released.release(24), dict(released.WORDS)
    match place:
        case "cluster":
            release = replace(release, cluster=HOSTILE)
        case "title":
            release = replace(release, checks=tuple(replace(f, title=HOSTILE) for f in release.checks))
        case "theme":
            release = replace(release, themes=tuple(replace(f, title=HOSTILE) for f in release.themes))
        case "gate":
            release = replace(release, gate=replace(release.gate, reason=HOSTILE))
        case "limit":
            release = replace(release, limits=(HOSTILE,))
        case "why":
            words = {name: replace(word, why=HOSTILE, step=HOSTILE) for name, word in words.items()}
    source = load("html")(release, words)
    seen = Page(source)
    assert "script" not in {tag for tag, _ in seen.tags}
    assert "<script>alert(1)</script>" in seen.words
    for form in ("html", "text", "csv"):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", load(form)(release, words).decode())


def test_a_spreadsheet_runs_nothing() -> None:
    release = released.release(24)
    evil = replace(release, checks=tuple(replace(f, title="=HYPERLINK(1)\r\n@x") for f in release.checks))
    rows = list(csv.DictReader(io.StringIO(load("csv")(evil, {}).decode(), newline="")))
    assert {row["title"] for row in rows if row["table"] == "check-needs-action"} == {"'=HYPERLINK(1)\ufffd @x"}


def test_the_table_for_spreadsheets_holds_every_figure_once() -> None:
    release = released.release(60, partition=("metal", "plastics", "other"))
    rows = list(csv.DictReader(io.StringIO(load("csv")(release, {}).decode(), newline="")))
    wanted = [*release.themes, *release.checks, *(f for s in release.scores for f in s.figures)]
    assert [(r["id"], r["group"], r["low"], r["high"]) for r in rows] == [
        (f.id, f.group, str(f.low), str(f.high)) for f in wanted
    ]
    assert len({(r["table"], r["kind"], r["id"], r["group"]) for r in rows}) == len(rows)


def test_json_is_the_signed_document_itself() -> None:
    release = released.release(24)
    assert load("json")(release, released.WORDS) == encode_release(release)
