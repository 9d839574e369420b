"""Every text of a domain, in English: what the catalogues of all languages are brought up to date with."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog

from deploy.languages.catalogues import HOME
from deploy.languages.check_texts import texts


def checks(home: Path = HOME) -> Catalog:
    made = Catalog(domain="checks")
    for text in texts(home):
        made.add(text.english, locations=[(text.place, 0)], auto_comments=[text.note])
    return made
