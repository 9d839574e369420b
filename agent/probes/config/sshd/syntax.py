"""How sshd cuts its configuration into words (OpenSSH 9.2: servconf.c, misc.c argv_split and strdelim)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One directive. `rest` is the raw text after the keyword, `words` what sshd makes of it."""

    keyword: str
    """Lower case."""
    rest: str
    words: tuple[str, ...] | None
    """None: quotes that do not close."""
    file: str
    number: int


def lines(text: str, file: str) -> Iterator[Line]:
    """The directives of one file; blank lines and comments are left out. `rest` is empty when nothing follows."""
    for number, raw in enumerate(_loaded(text).split("\n"), 1):
        line = raw[:1] + raw[1:].rstrip(BLANKS + "\f")
        keyword, rest = cut(line)
        if keyword == "":
            keyword, rest = cut(rest)
        if not keyword or keyword.startswith("#"):
            continue
        yield Line(keyword.lower(), rest or "", split(rest or ""), file, number)


def _loaded(text: str) -> str:
    """Each line without its leading blanks and cut at a NUL, which takes the newline with it."""
    if "\0" not in text:
        return "\n".join(line.lstrip(" \t\r") for line in text.split("\n"))
    return "".join(line.lstrip(" \t\r").split("\0")[0] for line in re.findall(r"[^\n]*\n|[^\n]+", text))


def cut(text: str | None) -> tuple[str | None, str | None]:
    """(first token, what follows). The token may be quoted and one "=" may stand after it; None when there is none."""
    if text is None:
        return None, None
    found = re.search(r'[ \t\r\n"=]', text)
    if found is None:
        return text, None
    at = found.start()
    if text[at] == '"':
        text = text[:at] + text[at + 1 :]
        end = text.find('"')
        return (None, None) if end < 0 else (text[:end], text[end + 1 :].lstrip(BLANKS))
    rest = text[at + 1 :].lstrip(BLANKS)
    if text[at] != "=" and rest.startswith("="):
        rest = rest[1:].lstrip(BLANKS)
    return text[:at], rest


def split(text: str) -> tuple[str, ...] | None:
    """Words, with quotes and escapes undone; "#" at the start of a word ends the line. None: a quote stays open."""
    if not any(c in text for c in "\"'\\"):
        words = re.findall(r"[^ \t]+", text)
        end = next((i for i, word in enumerate(words) if word.startswith("#")), len(words))
        return tuple(words[:end])
    return _split_quoted(text)


def _split_quoted(text: str) -> tuple[str, ...] | None:
    words: list[str] = []
    at, size = 0, len(text)
    while at < size:
        if text[at] in " \t":
            at += 1
            continue
        if text[at] == "#":
            break
        word, quote = [], ""
        while at < size and (quote or text[at] not in " \t"):
            char, after = text[at], text[at + 1 : at + 2]
            if char == "\\" and after and (after in "'\"\\" or (not quote and after == " ")):
                word.append(after)
                at += 1
            elif not quote and char in "\"'":
                quote = char
            elif quote and char == quote:
                quote = ""
            else:
                word.append(char)
            at += 1
        if quote:
            return None
        words.append("".join(word))
    return tuple(words)


def matches(text: str, pattern: str) -> bool:
    """match_pattern(3) of OpenSSH: "*" and "?" only, the whole text, case kept."""
    parts = re.split(r"([*?])", pattern)
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(re.sub(r"(\.\*)+", ".*", expression), text, re.DOTALL) is not None


def matches_list(text: str, patterns: str) -> int:
    """1: a pattern of the comma-separated list matches; -1: one behind "!" does, which wins; 0: none does."""
    found = 0
    for pattern in patterns.split(","):
        if pattern.startswith("!"):
            if matches(text, pattern[1:]):
                return -1
        elif matches(text, pattern):
            found = 1
    return found
