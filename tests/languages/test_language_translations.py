"""A translation says the same: it can break no sentence, no page and no command, and none is forgotten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog, Message

from deploy.languages import catalogues, compiled, templates
from shieldwall import language

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%")
EVERY = [(domain, code) for domain in catalogues.DOMAINS for code in catalogues.CODES]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: Counter[str] = Counter()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[self.get_starttag_text() or tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self.found[f"</{tag}>"] += 1

    def handle_entityref(self, name: str) -> None:
        self.found[f"&{name}"] += 1

    def handle_charref(self, name: str) -> None:
        self.found[f"&#{name}"] += 1

    def handle_comment(self, data: str) -> None:
        self.found["<!--"] += 1


def forms(message: Message) -> Iterator[tuple[int, str, str]]:
    """Number of the form, the English it translates, the translation; those not translated yet are left out."""
    if isinstance(message.id, str):
        if message.string:
            yield 0, message.id, str(message.string)
        return
    for number, said in enumerate(message.string):
        if said:
            yield number, message.id[min(number, 1)], said


def wrong(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        if not isinstance(message.id, str) and any(message.string) and len(message.string) != catalogue.num_plurals:
            yield f"{message.id[0]!r}: {len(message.string)} forms, the language has {catalogue.num_plurals}"
        if message.fuzzy:
            yield f"{message.id!r}: fuzzy; decide"
        for number, english, said in forms(message):
            yield from (f"{said!r}: {what}" for what in differences(message, number, english, said))


def differences(message: Message, number: int, english: str, said: str) -> Iterator[str]:
    wanted, found = Counter(PLACEHOLDER.findall(english)), Counter(PLACEHOLDER.findall(said))
    if isinstance(message.id, str) or number:
        if wanted != found:
            yield f"placeholders {dict(found)}, English has {dict(wanted)}"
    elif not set(wanted) <= set(found) <= set(PLACEHOLDER.findall(message.id[1])):
        # One thing may be counted in words; the number itself is allowed.
        yield f"placeholders {dict(found)}, English has {dict(wanted)}"
    if Tags(said).found != Tags(english).found:
        yield f"tags {dict(Tags(said).found)}, English has {dict(Tags(english).found)}"
    for mark in "`<>":
        if said.count(mark) != english.count(mark):
            yield f"{said.count(mark)} times {mark}, English has {english.count(mark)}"
    if said.count('"') > english.count('"'):
        # It would end an attribute; where English has one, quotation marks of the language are as good.
        yield "more straight quotation marks than in English; quote with “ ” or « »"
    if code(said) != code(english):
        yield f"between backticks stands {code(said)}, in English {code(english)}"
    if (said != said.strip()) != (english != english.strip()) or "\n" in said:
        yield "blanks at an end, or a line break"


def code(text: str) -> Counter[str]:
    return Counter(re.findall(r"`([^`]*)`", text))


@pytest.mark.parametrize(("domain", "locale"), EVERY)
def test_a_translation_can_break_nothing(domain: str, locale: str) -> None:
    assert list(wrong(catalogues.read(domain, locale))) == []


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("%(n)s firms", "Firmen"), ("%(n)s firms", "%(n)s Firmen %(x)s"), ("%(n)s firms", "%(n) Firmen"),
        ("a <b>c</b>", "a c"), ("a", "a <script>x</script>"), ("a", "a &lt;"), ('say "x"', 'sag "x" "y"'), ("a", 'a" on="'),
        ("type `gpasswd -d`", "tippen Sie `gpasswd -r`"), ("type `a`", "tippen Sie `a"), ("a", " a"), ("5 %%", "5 %"),
        ('<a href="/x">a</a>', '<a href="//evil">a</a>'),
    ],
)  # fmt: skip
def test_what_breaks_is_found(english: str, said: str) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add(english, said)
    assert list(wrong(catalogue)), (english, said)


def test_one_thing_may_be_counted_in_words() -> None:
    catalogue = Catalog(locale="de")
    catalogue.add(("%(n)s firm", "%(n)s firms"), ("%(n)s Firma", "%(n)s Firmen"))
    catalogue.add(("One gate", "%(n)s gates"), ("Ein Tor", "%(n)s Tore"))
    assert list(wrong(catalogue)) == []
    catalogue.add(("One door", "%(n)s doors"), ("Eine Tür", "Türen"))
    assert len(list(wrong(catalogue))) == 1


def test_catalogues_hold_exactly_the_texts_there_are() -> None:
    """A new text needs `make languages` and six translations."""
    for domain in catalogues.DOMAINS:
        template = templates.MAKERS[domain]()
        for locale in catalogues.CODES:
            held = catalogues.path_of(domain, locale).read_bytes()
            assert held == catalogues.update(template, locale), "type `make languages`, then translate what is new"


def test_nothing_is_left_untranslated() -> None:
    for domain, locale in EVERY:
        missing = [
            message.id
            for message in catalogues.read(domain, locale)
            if message.id and not all([message.string] if isinstance(message.id, str) else message.string)
        ]
        assert missing == [], f"{domain} in {locale}"


@pytest.mark.parametrize(("domain", "locale"), EVERY)
def test_what_is_compiled_says_what_the_text_says(domain: str, locale: str) -> None:
    """The file the program reads, as `deploy/bootstrap.sh` and the installation leave it."""
    compiled.compile_all()
    target = catalogues.path_of(domain, locale).with_suffix(".mo")
    assert target.read_bytes() == compiled.binary(domain, locale), "delete the .mo and type `make languages`"
    with target.open("rb") as file:
        known = GNUTranslations(file)
    for message in catalogues.read(domain, locale):
        if message.id and isinstance(message.id, str) and message.string:
            assert known.gettext(message.id) == message.string


def test_the_program_and_the_translators_know_the_same_languages() -> None:
    assert {*catalogues.CODES, language.ENGLISH} == set(language.LANGUAGES)
    assert catalogues.DOMAINS == language.DOMAINS and catalogues.FOLDER == language.FOLDER
