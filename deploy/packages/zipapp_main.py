"""Becomes __main__.py of the one-file program: unpacks itself once into a folder of the calling user, and runs there.

Compiled parts cannot be loaded out of a zip file. The folder is named by the digest of the content; it is used only
when it belongs to the caller and nobody else may write it.
"""

import os
import shutil
import stat
import sys
import tempfile
import zipfile
from pathlib import Path

DIGEST = "@DIGEST@"
PYTHON = "@PYTHON@"
KEPT = 2
"""Versions whose folders stay: the one before may still be running."""


def main() -> None:
    if (
        f"{sys.version_info.major}.{sys.version_info.minor}" != PYTHON
        or sys.platform != "linux"
        or os.uname().machine != "x86_64"
    ):
        sys.exit(
            f"shieldwall: this file is for Python {PYTHON} on Linux x86-64; use the package or the wheel elsewhere"
        )
    sys.path.insert(0, str(unpacked(Path(sys.argv[0]).resolve())))
    from agent.cli import main as run

    run()


def unpacked(archive: Path) -> Path:
    base = (
        Path("/var/cache/shieldwall")
        if os.geteuid() == 0
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "shieldwall"
    )
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    trusted(base)
    target = base / DIGEST
    if not target.is_dir():
        fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=base))
        try:
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(fresh, [name for name in packed.namelist() if name.startswith("lib/")])
            try:
                (fresh / "lib").rename(target)
            except OSError:
                if not target.is_dir():
                    raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        old = sorted((path for path in base.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
        for path in [path for path in old if path != target][: -KEPT + 1 or None]:
            shutil.rmtree(path, ignore_errors=True)
    trusted(target)
    return target


def trusted(folder: Path) -> None:
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid() or info.st_mode & 0o022:
        sys.exit(f"shieldwall: {folder} is not yours alone; remove it and try again")


main()
