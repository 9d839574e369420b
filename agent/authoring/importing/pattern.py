"""Patterns of other tools in the syntax of RE2, and lines that such a pattern finds, for examples.

OSRegex, the older dialect of Wazuh, has no classes and no groups of choice beyond `|`; `\\.` is any character and `.` a
point, `+` and `*` belong to the class before them. PCRE2 is RE2 as far as RE2 goes; look-around, back-references and
possessive quantifiers are told apart by RE2 itself, which refuses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import re2

from agent.authoring.importing.outline import UnsupportedError
from shieldwall import limits

OSREGEX: Final = "osregex"
PCRE2: Final = "pcre2"
CLASSES: Final = {
    "w": "[A-Za-z0-9@_-]", "W": "[^A-Za-z0-9@_-]", "d": "[0-9]", "D": "[^0-9]", "s": "[ ]", "S": "[^ ]", "t": r"\t",
    "p": r"[()*+,.:;<=>?\[\]!\"'#$%&|{}-]", ".": ".",
}  # fmt: skip
SAMPLES: Final = {
    "d": "7",
    "w": "w",
    "s": " ",
    "t": "\t",
    "S": "x",
    "D": "x",
    "W": "-",
    "b": "",
    "B": "",
    "A": "",
    "z": "",
}


def translated(pattern: str, dialect: str) -> str:
    """The same pattern for RE2. Raises UnsupportedError."""
    text = _osregex(pattern) if dialect == OSREGEX else pattern
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error as error:
        raise UnsupportedError(f"the pattern {pattern} asks for more than RE2 has") from error
    return text


def whole_line(text: str) -> str:
    """Finds the lines `text` finds, with the whole line as group 0 and the groups of `text` behind it."""
    return bounded(f"^(.*?(?:{text}).*)$")


def exact(line: str) -> str:
    return bounded(f"^({escaped(line)})$")


def bounded(text: str) -> str:
    if len(text) > limits.PATTERN_CHARS:
        raise UnsupportedError(f"the pattern is longer than {limits.PATTERN_CHARS} characters")
    return text


def escaped(text: str) -> str:
    return re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", text)


def line_for(finds: list[str], not_finds: list[str]) -> str:
    """A line that all of the first and none of the second find. Raises UnsupportedError when none was hit upon."""
    samples = [list(_samples(pattern)) for pattern in finds] or [["x", ""]]
    tries = [*samples[0]]
    for more in samples[1:]:
        tries += [f"{a}{joint}{b}" for a in tries for b in more for joint in (" ", "")]
        tries += [f"{b}{joint}{a}" for a in samples[0] for b in more for joint in (" ", "")]
    for line in tries[:200]:
        if all(re2.search(p, line) for p in finds) and not any(re2.search(p, line) for p in not_finds):
            return line
    raise UnsupportedError("no example of a line was found for these patterns")


def _osregex(pattern: str) -> str:
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            at += 1
            name = pattern[at]
            out += CLASSES.get(name, escaped(name))
            if pattern[at + 1 : at + 2] in ("+", "*"):
                at += 1
                out += pattern[at]
        else:
            out += char if char in "^$|()" else escaped(char)
        at += 1
    return out


def _samples(pattern: str) -> Iterator[str]:
    """Some lines that the pattern may find, shortest choices first; whoever asks tries them."""
    for often in (0, 1, 3):
        text, _ = _branch(pattern, 0, often, 0)
        yield text
        text, _ = _branch(pattern, 0, often, 1)
        yield text


def _branch(pattern: str, at: int, often: int, choice: int) -> tuple[str, int]:
    """The sample of one branch (the `choice`th there is) from `at` to the end or the closing bracket."""
    branches, out = [], ""
    while at < len(pattern) and pattern[at] != ")":
        char = pattern[at]
        if char == "|":
            branches.append(out)
            out, at = "", at + 1
            continue
        piece, at = _piece(pattern, at, often, choice)
        low, at = _times(pattern, at)
        out += piece * (max(low, often) if low < 2 and pattern[at - 1 : at] in "*+?}" and at else max(low, 1))
    branches.append(out)
    return branches[min(choice, len(branches) - 1)], at


def _piece(pattern: str, at: int, often: int, choice: int) -> tuple[str, int]:
    char = pattern[at]
    if char == "(":
        inner = re.match(r"\((\?[:iPsm<>a-zA-Z_]*:?)?", pattern[at:])
        text, end = _branch(pattern, at + (inner.end() if inner else 1), often, choice)
        return text, end + 1
    if char == "[":
        end = pattern.find("]", at + (3 if pattern[at + 1 : at + 2] == "^" else 2))
        body = pattern[at + 1 : end if end > 0 else len(pattern)]
        if body.startswith("^"):
            return next((c for c in "x1 -_A" if c not in body), "~"), end + 1
        first = SAMPLES.get(body[1:2], body[1:2]) if body.startswith("\\") else body[:1]
        return first, end + 1
    if char == "\\":
        name = pattern[at + 1 : at + 2]
        return SAMPLES.get(name, name), at + 2
    return {"^": "", "$": "", ".": "x"}.get(char, char), at + 1


def _times(pattern: str, at: int) -> tuple[int, int]:
    """(fewest repetitions, where the pattern goes on)."""
    found = re.match(r"([*+?]|\{(\d+)(,\d*)?\})[?+]?", pattern[at:])
    if not found:
        return 1, at
    low = int(found[2]) if found[2] else 1 if found[1] == "+" else 0
    return low, at + found.end()
