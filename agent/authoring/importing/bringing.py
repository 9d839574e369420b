"""From a file of another tool to a folder of checks, with a report of what could not be said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.authoring.importing import goss, hardeningkitty, wazuh
from agent.authoring.importing.outline import Imported, Outline, UnsupportedError
from agent.authoring.importing.written import check_file, policy_file
from shieldwall import limits
from shieldwall.errors import ConfigError, PackError

READERS: Final[dict[str, Callable[[bytes, str], Imported]]] = {
    "wazuh": wazuh.read, "goss": goss.read, "hardeningkitty": hardeningkitty.read,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    whole: tuple[Outline, ...]
    part: tuple[Outline, ...]
    """Some rule of each ends as unknown(unsupported)."""
    none: tuple[Outline, ...]
    """Every rule does."""
    faults: tuple[str, ...]
    """What was left out, as `file:line: key: what is wrong`."""

    def report(self, *, verbose: bool) -> Iterator[str]:
        yield from self.faults
        for word, outlines in (("part", self.part), ("none", self.none)):
            for outline in outlines:
                yield f"{word}  {outline.id} (line {outline.line}): {outline.title}"
                yield from (f"      unsupported: {why}" for why in outline.rule.unsupported)
        if verbose:
            yield from (f"whole {outline.id} (line {outline.line}): {outline.title}" for outline in self.whole)

    def summary(self, target: Path) -> str:
        counted = f"{len(self.whole)} taken over whole, {len(self.part)} in part, {len(self.none)} only by name"
        return f"{counted}, {len(self.faults)} left out; run them with: shieldwall scan --pack {target}"


def bring(format_: str, file: Path, target: Path) -> Brought:
    """Write checks/<format>/*.yaml and policies/<name of the file>.yaml below `target`.

    Raises PackError for a file that is of another kind, ConfigError for one that cannot be read or a folder that
    cannot be written; nothing is written then.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(limits.YAML_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error
    if len(data) > limits.YAML_BYTES:
        raise PackError(f"larger than {limits.YAML_BYTES} bytes", file=str(file))
    found = READERS[format_](data, str(file))
    files, kept, faults = {}, [], list(found.faults)
    for outline in found.outlines:
        where = f"{file}:{outline.line}: {outline.id}"
        try:
            written = check_file(outline, format_)
        except (UnsupportedError, PackError) as error:
            faults.append(f"{where}: {error}")
            continue
        if written.path in files:
            faults.append(f"{where}: the id stands in the file twice")
            continue
        files[written.path] = written.text
        kept.append(outline)
    if not kept:
        raise PackError("; ".join(["nothing could be imported", *faults[:3]]), file=str(file))
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or format_
    policy = policy_file(name, f"Imported from {file.name}", [outline.id for outline in kept])
    _write(target, {**files, policy.path: policy.text})
    return Brought(
        tuple(o for o in kept if not o.rule.unsupported),
        tuple(o for o in kept if o.rule.unsupported and len(o.rule.unsupported) < len(o.rule.atoms)),
        tuple(o for o in kept if o.rule.unsupported and len(o.rule.unsupported) == len(o.rule.atoms)),
        tuple(faults),
    )


def _write(target: Path, files: dict[str, str]) -> None:
    try:
        for path, text in files.items():
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {error.filename}: {error.strerror}; name another folder with --to") from error
