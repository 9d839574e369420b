"""The agent and everything it needs as one folder of modules, the same bytes whenever it is built from the same commit.

    tree(build folder)  ->  folder with agent, shieldwall and their dependencies, no compiled Python

Left out: the aggregator (it has an environment of its own) and its words, pip, tests and type stubs of dependencies,
records that name the building machine. Times of files are those of the commit (SOURCE_DATE_EPOCH).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = Path(__file__).with_name("agent-lock.txt")
SURPLUS_FOLDERS = ("aggregator", "bin", "tests", "__pycache__", "zoneinfo")
"""zoneinfo: tzdata's, dateutil's fallback where a system has no time zones; we speak UTC."""
SURPLUS_FILES = (
    "*.pyi",
    "*.pyx",
    "*.pxd",
    "*.h",
    "*.c",
    "py.typed",
    "RECORD",
    "direct_url.json",
    "REQUESTED",
    "INSTALLER",
    "pages.mo",
)
"""pages.mo: what the manager's pages say. The agent carries the words of checks and of its own reports."""
LEXERS_KEPT = ("__init__.py", "_mapping.py")
"""rich asks pygments for colours of program text, which we never print: 340 modules that nothing loads."""
VERSION = re.compile(r'__version__ = "([^"]+)"')


def version() -> str:
    found = VERSION.search((ROOT / "shieldwall" / "__init__.py").read_text())
    assert found is not None
    return found[1]


def epoch() -> int:
    """Of the commit that is built, unless the environment says otherwise."""
    if said := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(said)
    return int(subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True).stdout)


def tree(build: Path) -> Path:
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch())
    wheels, target = build / "wheel", build / "lib"
    for folder in (wheels, target):
        shutil.rmtree(folder, ignore_errors=True)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", wheels, ROOT)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", target]
    run(*pip, "--require-hashes", "-r", LOCK)
    run(*pip, next(wheels.glob("*.whl")))
    for pattern in SURPLUS_FILES:
        for file in target.rglob(pattern):
            file.unlink()
    for name in SURPLUS_FOLDERS:
        for folder in [path for path in target.rglob(name) if path.is_dir()]:
            shutil.rmtree(folder)
    for lexer in (target / "pygments" / "lexers").iterdir():
        if lexer.name not in LEXERS_KEPT:
            lexer.unlink()
    settle(target)
    return target


def settle(folder: Path) -> None:
    """Modes and times that do not depend on who builds, and when."""
    moment = epoch()
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or (path.stat().st_mode & 0o100 and path.suffix != ".so") else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def run(*words: str | Path) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"`{' '.join(map(str, words))}` failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
