"""A language is spoken where it was chosen, and English everywhere else, whatever lies in the catalogues."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from shieldwall import language


def lay(folder: Path, code: str, domain: str, words: dict[str | tuple[str, str], str | tuple[str, ...]]) -> Path:
    catalogue = Catalog(locale=code, domain=domain)
    for english, said in words.items():
        catalogue.add(english, said)
    out = io.BytesIO()
    write_mo(out, catalogue)
    path = folder / code / "LC_MESSAGES" / f"{domain}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language._language.cache_clear()
    yield tmp_path
    language._language.cache_clear()


def test_a_language_is_spoken_in_its_block_and_its_thread_alone(folder: Path) -> None:
    lay(folder, "de", "pages", {"door": "Tür", ("%(n)s door", "%(n)s doors"): ("%(n)s Tür", "%(n)s Türen")})
    lay(folder, "de", "checks", {"window": "Fenster", "door": "Pforte"})
    heard: list[str] = []
    with language.speaking("de"):
        assert (language.gettext("door"), language.gettext("window"), language.gettext("roof")) == (
            "Tür", "Fenster", "roof",
        )  # fmt: skip
        assert [language.ngettext("%(n)s door", "%(n)s doors", n) for n in (1, 2)] == ["%(n)s Tür", "%(n)s Türen"]
        thread = threading.Thread(target=lambda: heard.append(language.gettext("door")))
        thread.start()
        thread.join()
        with language.speaking(language.ENGLISH):
            assert language.gettext("door") == "door"
        assert language.spoken() == "de"
    assert heard == ["door"] and language.spoken() == "en"


def test_nothing_to_say_stays_nothing(folder: Path) -> None:
    """gettext files keep their header under the empty text."""
    lay(folder, "de", "pages", {"door": "Tür"})
    with language.speaking("de"):
        assert language.gettext("") == ""


def test_without_catalogues_and_with_broken_ones_english_is_spoken(folder: Path) -> None:
    whole = lay(folder, "de", "pages", {"door": "Tür"}).read_bytes()
    for code, data in (("fr", b""), ("it", b"nonsense" * 9), ("es", whole[: len(whole) // 2])):
        path = folder / code / "LC_MESSAGES" / "pages.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    for code in ("fr", "it", "es", "nl", "pl", "xx", "../de", ""):
        with language.speaking(code):
            assert language.gettext("door") == "door"
            assert language.ngettext("a", "b", 2) == "b"
