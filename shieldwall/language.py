"""The language people read in. The rim chooses a catalogue; everything below asks for its words by the English text."""

from __future__ import annotations

from contextvars import ContextVar
from gettext import NullTranslations
from typing import Final

_CATALOGUE: Final[ContextVar[NullTranslations]] = ContextVar("catalogue")
_ENGLISH: Final = NullTranslations()


def gettext(text: str) -> str:
    """`text`, which is English, in the language spoken now; itself where no catalogue knows it."""
    return _CATALOGUE.get(_ENGLISH).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The form that `number` asks for in the language spoken now."""
    return _CATALOGUE.get(_ENGLISH).ngettext(one, many, number)


def marked(text: str) -> str:
    """`text` unchanged: a constant whose words `gettext` is asked for later, when a language is spoken."""
    return text
