"""Writes docs/commands.md and docs/aggregator-commands.md from the programs themselves (`make reference`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"commands.md": "agent.cli", "aggregator-commands.md": "aggregator.cli"}


def page(module: str) -> str:
    """As on a terminal of 100 columns, whatever the caller's is."""
    code = f"from {module} import main; main(['manual', '--markdown'])"
    environ = {"COLUMNS": "100", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=DOCS.parent, env=environ
    )
    return done.stdout


def main() -> int:
    for name, module in PAGES.items():
        (DOCS / name).write_text(page(module))
        print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
