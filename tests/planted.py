"""A small host tree in a temporary folder, for probes that read files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from agent.looking.host import Host

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def planted(root: Path, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> Host:
    """A host whose tree holds these files and links; paths are the host's own."""
    for path, content in files.items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    for path, to in (links or {}).items():
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(to)
    return Host(root=root, now=NOW)
