"""Every text of a domain, in English: what the catalogues of all languages are brought up to date with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from deploy.languages import firm_texts, page_texts
from deploy.languages.catalogues import HOME
from deploy.languages.check_texts import Text, texts

KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
JINJA: Final = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false", "keep_trailing_newline": "true"}
KINDS: Final = {".py": "python", ".html": "jinja2"}


def checks(home: Path = HOME) -> Catalog:
    return _filled("checks", texts(home))


def pages(home: Path = HOME) -> Catalog:
    """What the code of the aggregator marks, templates first, and words that lie in tables and files."""
    made = _marked("pages", "aggregator", home)
    _fill(made, page_texts.words())
    return made


def firm(home: Path = HOME) -> Catalog:
    """What the code of the agent marks, and words that lie in tables; those of checks stay in their own catalogue."""
    made = _marked("firm", "agent", home)
    _fill(made, firm_texts.words())
    for message in checks(home):
        if message.id:
            made.delete(message.id)
    return made


MAKERS: Final[dict[str, Callable[[], Catalog]]] = {"pages": pages, "checks": checks, "firm": firm}
"""Domain -> what it holds."""


def _marked(domain: str, package: str, home: Path) -> Catalog:
    made = Catalog(domain=domain)
    files = [path for kind in (".html", ".py") for path in sorted((home / package).rglob(f"*{kind}"))]
    for path in files:
        place = path.relative_to(home).as_posix()
        found = extract_from_file(
            KINDS[path.suffix], path, keywords=KEYWORDS, comment_tags=("Translators:",),
            options=JINJA if path.suffix == ".html" else {}, strip_comment_tags=True,
        )  # fmt: skip
        for _line, message, comments, _context in found:
            made.add(message, locations=[(place, 0)], auto_comments=comments)
    return made


def _filled(domain: str, found: Iterable[Text]) -> Catalog:
    made = Catalog(domain=domain)
    _fill(made, found)
    return made


def _fill(catalogue: Catalog, found: Iterable[Text]) -> None:
    for text in found:
        catalogue.add(text.english, locations=[(text.place, 0)], auto_comments=[text.note])
