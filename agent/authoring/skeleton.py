"""The beginning of a check: one assert of a chosen kind with examples that hold, and room for the author's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shieldwall.checks.check import parse_check, parse_examples
from shieldwall.errors import ConfigError, UsageError
from shieldwall.packs.library import read_yaml


@dataclass(frozen=True, slots=True)
class Kind:
    test: str
    good: str
    bad: str
    more: str = ""
    """Further keys."""
    platforms: str = "[linux]"
    scope: str = "host"


KINDS: Final[Mapping[str, Kind]] = {
    "file": Kind(
        '{file: {path: /etc/example}, get: mode, expect: {mode_max: "0640"}}',
        '{"file(path=/etc/example)": {mode: "0640"}}', '{"file(path=/etc/example)": {mode: "0644"}}',
        "on_missing: na\n",
    ),
    "text": Kind(
        "{text: {path: /etc/example.conf, pattern: '^allow\\s+all$', comment: '#'}, expect: {empty: true}}",
        '{"text(comment=#, path=/etc/example.conf, pattern=^allow\\\\s+all$)": []}',
        '{"text(comment=#, path=/etc/example.conf, pattern=^allow\\\\s+all$)": [{line: 1, text: allow all}]}',
        "on_missing: na\n",
    ),
    "sshd": Kind(
        "{config: {app: sshd}, get: every.x11forwarding, each: {}, expect: 'no'}",
        "{config(app=sshd): {every: {x11forwarding: ['no']}}}",
        "{config(app=sshd): {every: {x11forwarding: ['no', 'yes']}}}",
    ),
    "sysctl": Kind(
        "{kernel: {sysctl: kernel.example}, get: running, expect: 1}",
        '{"kernel(sysctl=kernel.example)": {running: 1}}', '{"kernel(sysctl=kernel.example)": {running: 0}}',
        "on_missing: na\n",
    ),
    "package": Kind(
        "{package: {name: example}, expect: {exists: false}}",
        '{"package(name=example)": {"?": absent}}', '{"package(name=example)": {version: "1.0"}}',
    ),
    "service": Kind(
        "{service: {name: example}, get: enabled, expect: enabled}",
        '{"service(name=example)": {enabled: enabled}}', '{"service(name=example)": {enabled: disabled}}',
    ),
    "question": Kind(
        '{attest: {question: ID}, expect: "yes"}', '{"attest(question=ID)": "yes"}', '{"attest(question=ID)": "no"}',
        "on_missing: fail\nmax_age: 365d\n", "[any]", "organisation",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skeleton:
    id: str
    kind: str
    topic: str
    title: str
    theme: str
    severity: str


def skeleton_text(skeleton: Skeleton) -> str:
    """The file's content. Raises PackError for an id, topic or title that no check may have."""
    kind = KINDS[skeleton.kind]
    text = f"""id: {skeleton.id}
rev: 1
title: {_quoted(skeleton.title)}
why: Say in one or two plain sentences what can happen when this is not so.
topic: {skeleton.topic}
theme: {skeleton.theme}
scope: {kind.scope}
severity: {skeleton.severity}
platforms: {kind.platforms}
test: {kind.test}
{kind.more}fix: [{{text: Say what to do next.}}]
effort: minutes
lifecycle: experimental
examples:
  - {{facts: {kind.good}, result: pass}}
  - {{facts: {kind.bad}, result: fail}}
""".replace("question: ID", f"question: {skeleton.id}").replace("question=ID", f"question={skeleton.id}")
    parse_examples(parse_check(read_yaml(text.encode(), f"{skeleton.id}.yaml")))
    return text


def write_skeleton(skeleton: Skeleton, target: Path) -> Path:
    """The new file, checks/<topic>/<id>.yaml below `target`. Raises UsageError when it is there, ConfigError,
    PackError."""
    text = skeleton_text(skeleton)
    file = target / "checks" / skeleton.topic / f"{skeleton.id}.yaml"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError as error:
        raise UsageError(f"{file} is there already; take another id") from error
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}; name another folder with --to") from error
    return file


def _quoted(text: str) -> str:
    """As a double-quoted scalar of YAML, which is what JSON writes."""
    import json

    return json.dumps(text, ensure_ascii=False)
