"""Bringing catalogues up to date keeps what translators wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog

from deploy.languages import catalogues, templates


def template(*ids: str | tuple[str, str]) -> Catalog:
    made = Catalog(domain="checks")
    for text in ids:
        made.add(text, locations=[("a.yaml", 0)])
    return made


def put(tmp_path: Path, code: str, data: bytes) -> None:
    catalogues.put("checks", code, data, tmp_path)


def translate(tmp_path: Path, code: str, english: str, own: str) -> None:
    path = catalogues.path_of("checks", code, tmp_path)
    text = path.read_text()
    assert f'msgid "{english}"\nmsgstr ""' in text
    path.write_text(
        text.replace(f'msgid "{english}"\nmsgstr ""', f'# a word of the translator\nmsgid "{english}"\nmsgstr "{own}"')
    )


def test_a_second_update_keeps_translations_and_remarks(tmp_path: Path) -> None:
    put(tmp_path, "de", catalogues.update(template("Lock the door", "Open the window"), "de", tmp_path))
    translate(tmp_path, "de", "Lock the door", "Türe abschließen")
    put(tmp_path, "de", catalogues.update(template("New first", "Open the window", "Lock the door"), "de", tmp_path))
    found = catalogues.read("checks", "de", tmp_path)
    assert [message.id for message in found if message.id] == ["New first", "Open the window", "Lock the door"]
    kept = found.get("Lock the door")
    assert kept is not None and kept.string == "Türe abschließen" and not kept.fuzzy
    assert kept.user_comments == ["a word of the translator"]


def test_words_taken_over_from_another_domain_stay_in_their_language(tmp_path: Path) -> None:
    for code, own in (("de", "Rechner"), ("fr", "machine")):
        put(tmp_path, code, catalogues.update(template("host"), code, tmp_path))
        translate(tmp_path, code, "host", own)
    asked = template("host")
    asked.domain = "firm"
    for code, own in (("de", "Rechner"), ("fr", "machine")):
        assert f'msgstr "{own}"' in catalogues.update(asked, code, tmp_path).decode()


def test_a_changed_text_is_asked_for_again_and_never_guessed(tmp_path: Path) -> None:
    put(tmp_path, "de", catalogues.update(template("Lock the door"), "de", tmp_path))
    translate(tmp_path, "de", "Lock the door", "Türe abschließen")
    put(tmp_path, "de", catalogues.update(template("Lock the doors"), "de", tmp_path))
    changed = catalogues.read("checks", "de", tmp_path).get("Lock the doors")
    assert changed is not None and not changed.string and not changed.fuzzy


def test_the_same_texts_give_the_same_bytes_and_the_plurals_of_the_language(tmp_path: Path) -> None:
    asked = template(("%(n)s firm", "%(n)s firms"))
    first = catalogues.update(asked, "pl", tmp_path)
    put(tmp_path, "pl", first)
    assert catalogues.update(asked, "pl", tmp_path) == first
    assert first.count(b"msgstr[") == 3
    assert not catalogues.put("checks", "pl", first, tmp_path)


def test_an_update_of_real_catalogues_drops_nothing(tmp_path: Path) -> None:
    for code in catalogues.CODES:
        real = catalogues.path_of("checks", code).read_bytes()
        put(tmp_path, code, real)
        put(tmp_path, code, catalogues.update(templates.checks(), code, tmp_path))
        before = {str(message.id): message.string for message in catalogues.read("checks", code) if message.string}
        after = {str(message.id): message.string for message in catalogues.read("checks", code, tmp_path)}
        assert {text: after[text] for text in before if text in after} == {
            t: s for t, s in before.items() if t in after
        }


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "gettext", "ngettext")
        ):
            yield node


def test_no_text_hides_where_the_extraction_cannot_see_it() -> None:
    """Inside an f-string, or made of pieces: it would be asked for and never be in a catalogue."""
    hidden = []
    for path in sorted(
        path for package in ("aggregator", "agent") for path in (catalogues.HOME / package).rglob("*.py")
    ):
        tree = ast.parse(path.read_text())
        written = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        inside = [call for node in written for call in calls(node) if isinstance(call.args[0], ast.Constant)]
        pieces = [call for call in calls(tree) if call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)]
        hidden += [f"{path.name}:{call.lineno}" for call in (*inside, *pieces)]
    assert hidden == []
