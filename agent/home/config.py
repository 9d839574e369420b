"""Where the agent keeps what: one home folder, all state in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shieldwall.errors import ConfigError

HOME_VARIABLE = "SHIELDWALL_HOME"
SYSTEM_HOME = Path("/var/lib/shieldwall")


@dataclass(frozen=True, slots=True)
class Home:
    path: Path
    """Mode 0700; everything the agent remembers is below it."""

    @property
    def database(self) -> Path:
        """Evidence, history, answers, waivers and outbox (SQLite)."""
        return self.path / "agent.db"

    @property
    def key(self) -> Path:
        """The agent's Ed25519 key, mode 0600; never deleted by the agent."""
        return self.path / "agent.key"

    @property
    def next_key(self) -> Path:
        """The key that is about to replace it, while that happens."""
        return self.path / "agent.next.key"

    @property
    def enrolment(self) -> Path:
        """Who the cluster is and how this agent is called there (JSON)."""
        return self.path / "enrolment.json"

    @property
    def settings(self) -> Path:
        """The firm's own settings: declared ranges, domains, role (YAML)."""
        return self.path / "config.yaml"

    @property
    def trust(self) -> Path:
        """Roots, signed metadata and the packs they vouch for."""
        return self.path / "trust"

    @property
    def cache(self) -> Path:
        """Compiled packs; may be deleted at any time."""
        return self.path / "cache"

    @property
    def lock(self) -> Path:
        return self.path / "scan.lock"

    def create(self) -> Home:
        """Make the folder with mode 0700. Raises ConfigError when that is not possible."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"cannot create the agent's home {self.path}: {error.strerror}; set {HOME_VARIABLE} to a folder you own"
            ) from error
        return self


def find_home(environ: Mapping[str, str], explicit: Path | None = None) -> Home:
    """--home, then SHIELDWALL_HOME, then /var/lib/shieldwall for root and the user's data folder for others."""
    if explicit is not None:
        return Home(explicit)
    if environ.get(HOME_VARIABLE):
        return Home(Path(environ[HOME_VARIABLE]))
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Home(SYSTEM_HOME)
    import platformdirs

    return Home(Path(platformdirs.user_data_dir("shieldwall", appauthor=False)))
