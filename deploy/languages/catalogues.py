"""Reading, bringing up to date and writing the catalogues under shieldwall/languages."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HOME: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = HOME / "shieldwall" / "languages"
CODES: Final = ("de", "fr", "it", "es", "pl", "nl")
DOMAINS: Final = ("pages", "checks", "firm")
WIDTH: Final = 100
# Dates and tool versions, which tools like to put here, would change the file although no text did.
HEADER: Final = r"""msgid ""
msgstr ""
"Language: {code}\n"
"Plural-Forms: {plurals}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def path_of(domain: str, code: str, folder: Path = FOLDER) -> Path:
    return folder / code / "LC_MESSAGES" / f"{domain}.po"


def read(domain: str, code: str, folder: Path = FOLDER) -> Catalog:
    """Empty where the file does not exist yet. Raises PoFileError for what is no catalogue."""
    path = path_of(domain, code, folder)
    data = path.read_bytes() if path.exists() else b""
    return read_po(io.BytesIO(data), locale=code, domain=domain, charset="utf-8", abort_invalid=True)


def written(catalogue: Catalog) -> bytes:
    """As it stands in a file: the same texts give the same bytes."""
    out = io.BytesIO()
    out.write(HEADER.format(code=catalogue.locale_identifier, plurals=catalogue.plural_forms).encode())
    write_po(out, catalogue, width=WIDTH, omit_header=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def update(template: Catalog, code: str, folder: Path = FOLDER) -> bytes:
    """The file of `code` with the messages of `template`, in their order.

    What was translated stays. A changed text is asked for again, because a guess from a similar one would pass for a
    translation; a text that is gone goes. What another catalogue of the language says of the very same English is
    taken over where nothing was said yet.
    """
    kept = read(str(template.domain), code, folder)
    # Babel keeps the template's own messages: one language's words would stand in the next.
    kept.update(deepcopy(template), no_fuzzy_matching=True)
    for domain in DOMAINS:
        if domain != template.domain:
            _take_over(kept, read(domain, code, folder))
    return written(kept)


def _take_over(kept: Catalog, other: Catalog) -> None:
    for message in kept:
        said = other.get(message.id) if message.id and not any(message.string or ()) else None
        if said is not None and said.id == message.id and not said.fuzzy:
            message.string = said.string


def put(domain: str, code: str, data: bytes, folder: Path = FOLDER) -> bool:
    """Whether the file had to be written."""
    path = path_of(domain, code, folder)
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return True
