"""Writes agent-lock.txt: every distribution the agent's packages carry, by version and hash. usage: lock.py

Run by hand when a dependency is to move; `make deb` and `make zipapp` take exactly what stands there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("agent-lock.txt")
BINARY = ("--only-binary", ":all:", "--no-binary", "python-nmap")
"""python-nmap is published as source only."""
LEFT_OUT = {
    "pip": "sqlite-utils asks for it; only its `install` command uses it, which we never call",
}


def main() -> int:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    told = subprocess.run([*command, *BINARY, *wanted], check=True, capture_output=True, text=True)
    lines = []
    for item in json.loads(told.stdout)["install"]:
        name, version = item["metadata"]["name"].lower().replace("_", "-"), item["metadata"]["version"]
        if name not in LEFT_OUT:
            digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
            lines.append(f"{name}=={version} --hash=sha256:{digest}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    head = f"# CPython {python}, Linux x86-64. Written by deploy/packages/lock.py; do not edit.\n"
    LOCK.write_text(head + "".join(line + "\n" for line in sorted(lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
