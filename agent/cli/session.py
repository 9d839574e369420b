"""What every command shares: where the home is, what the firm set, and how to talk on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent.home.config import Home, find_home
from agent.render.plain import safe

if TYPE_CHECKING:
    from agent.home.settings import Settings
    from shieldwall.packs.pack import Pack


@dataclass(slots=True)
class Session:
    home_option: Path | None = None
    log: str = "text"
    """text | json: how lines on standard error are written."""
    quiet: bool = False
    """Only problems are worth a line."""

    @property
    def home(self) -> Home:
        return find_home(os.environ, self.home_option)

    def settings(self) -> Settings:
        from agent.home.settings import load_settings

        return load_settings(self.home.settings)

    def pack(self) -> Pack:
        """The checks in use: the program's own, or a newer pack of the cluster that somebody here took."""
        from agent.home.packs import pack_in_use, stale_days

        if days := stale_days(self.home, int(time.time())):
            self.warn(f"signatures of the checks were last verified {days} days ago; run `shieldwall update`")
        return pack_in_use(self.home)

    def tell(self, message: str) -> None:
        """Talk that a quiet run leaves out."""
        if not self.quiet:
            self._write("info", message)

    def warn(self, message: str) -> None:
        self._write("warning", message)

    def complain(self, message: str) -> None:
        self._write("error", message)

    def _write(self, level: str, message: str) -> None:
        if self.log == "json":
            at = datetime.now(UTC).isoformat(timespec="seconds")
            line = json.dumps({"at": at, "level": level, "message": message})
        else:
            line = f"shieldwall: {'warning: ' if level == 'warning' else ''}{safe(message)}"
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def session() -> Session:
    """That of the running command."""
    found = click.get_current_context().find_object(Session)
    return found if found is not None else Session()
