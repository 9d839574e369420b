"""The language people read in. The rim chooses one; everything below asks for its words by the English text.

Where nobody chose, as on the command line, English is spoken. Catalogues are compiled when the program is installed
(deploy/hatch_build.py); where one is missing or broken, English is spoken as well: words must not keep a page away.
"""

from __future__ import annotations

import gettext as library
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {
    ENGLISH: "English", "de": "Deutsch", "es": "Español", "fr": "Français", "it": "Italiano", "nl": "Nederlands",
    "pl": "Polski",
}  # fmt: skip
"""Code -> what its speakers call it."""
DOMAINS: Final = ("pages", "checks", "firm")
"""One catalogue each; a text is looked up in this order."""
FOLDER: Final = Path(__file__).with_name("languages")


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    catalogue: library.NullTranslations


_ENGLISH: Final = Language(ENGLISH, library.NullTranslations())
_SPOKEN: Final[ContextVar[Language]] = ContextVar("spoken", default=_ENGLISH)


def gettext(text: str) -> str:
    """`text`, which is English, in the language spoken now; itself where no catalogue knows it."""
    if not text:
        return text
    catalogue = _SPOKEN.get().catalogue
    found = catalogue.gettext(text)
    # A text that somewhere has a plural as well is filed under its number alone by Python up to 3.11.3.
    return found if found != text else catalogue.ngettext(text, text, 1)


def ngettext(one: str, many: str, number: int) -> str:
    """The form that `number` asks for in the language spoken now."""
    return _SPOKEN.get().catalogue.ngettext(one, many, number)


def marked(text: str) -> str:
    """`text` unchanged: a constant whose words `gettext` is asked for later, when a language is spoken."""
    return text


def spoken() -> str:
    """The code of the language spoken now."""
    return _SPOKEN.get().code


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Until the block ends, in this thread alone. code   a key of LANGUAGES; any other is English"""
    before = _SPOKEN.set(_language(code) if code in LANGUAGES else _ENGLISH)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@cache
def _language(code: str) -> Language:
    catalogue = library.NullTranslations()
    for domain in reversed(DOMAINS):
        try:
            found = library.translation(domain, FOLDER, [code])
        except (OSError, ValueError, LookupError, struct.error):
            continue
        found.add_fallback(catalogue)
        catalogue = found
    return Language(code, catalogue)
