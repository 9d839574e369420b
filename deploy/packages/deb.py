"""Builds dist/shieldwall_VERSION-REVISION_amd64.deb, the agent for Debian 12. usage: deb.py [REVISION]

/opt/shieldwall/lib   the agent and its dependencies, compiled at installation
/usr/bin/shieldwall   runs them with the system's Python, blind to the user's own modules (-I)
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

from tree import ROOT, epoch, run, settle, tree, version

HERE = Path(__file__).resolve().parent
PROGRAM = """\
#!/usr/bin/python3 -I
import sys

sys.path.insert(0, "/opt/shieldwall/lib")
from agent.cli import main

main()
"""
CONTROL = """\
Package: shieldwall
Version: {version}
Architecture: amd64
Maintainer: Shieldwall maintainers <packages@shieldwall.dev>
Depends: python3 (>= 3.11), python3 (<< 3.12)
Recommends: ca-certificates
Suggests: nmap, nftables
Section: admin
Priority: optional
Installed-Size: {size}
Description: cybersecurity self-audit for small firms
 Audits this host against checks written as data, shows what to put right first,
 and keeps the evidence here. A firm that belongs to a cluster may send signed
 outcomes, words and numbers only, and see where it stands.
"""
DEFAULTS = """\
# Read when the package is installed or upgraded. Empty: nothing is scheduled.
# SCHEDULE=daily      audit by the host's scheduler every day; or weekly
SCHEDULE=
"""
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/shieldwall",
    "zsh": "usr/share/zsh/vendor-completions/_shieldwall",
    "fish": "usr/share/fish/vendor_completions.d/shieldwall.fish",
}


def main() -> int:
    revision = sys.argv[1] if len(sys.argv) > 1 else "1"
    stage = ROOT / "build" / "deb"
    shutil.rmtree(stage, ignore_errors=True)
    library = tree(ROOT / "build")
    shutil.copytree(library, stage / "opt/shieldwall/lib")
    write(stage / "usr/bin/shieldwall", PROGRAM, 0o755)
    write(stage / "etc/default/shieldwall", DEFAULTS)
    words(stage, library)
    shutil.copy(HERE / "debian" / "copyright", made(stage / "usr/share/doc/shieldwall/copyright"))
    number = f"{version()}-{revision}"
    zipped(stage / "usr/share/doc/shieldwall/changelog.Debian.gz", (ROOT / "CHANGELOG.md").read_text())
    size = sum(path.lstat().st_size for path in stage.rglob("*") if path.is_file()) // 1024 + 1
    write(stage / "DEBIAN/control", CONTROL.format(version=number, size=size))
    write(stage / "DEBIAN/conffiles", "/etc/default/shieldwall\n")
    for script in ("postinst", "prerm", "postrm"):
        write(stage / "DEBIAN" / script, (HERE / "debian" / script).read_text(), 0o755)
    settle(stage)
    package = made(ROOT / "dist" / f"shieldwall_{number}_amd64.deb")
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", stage, package)
    print(f"{package.relative_to(ROOT)}  {package.stat().st_size / 2**20:.1f} MiB, {size / 1024:.1f} MiB installed")
    return 0


def words(stage: Path, library: Path) -> None:
    """Man page and completion, from the program that is packed."""

    def said(*args: str) -> str:
        code = f"import sys; sys.path.insert(0, {str(library)!r}); sys.dont_write_bytecode = True\n"
        code += f"from agent.cli import main; main({list(args)!r})"
        return subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True).stdout

    zipped(stage / "usr/share/man/man1/shieldwall.1.gz", said("manual"))
    for shell, place in COMPLETIONS.items():
        write(stage / place, said("completion", shell))


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(path: Path, text: str, mode: int = 0o644) -> None:
    made(path).write_text(text)
    path.chmod(mode)


def zipped(path: Path, text: str) -> None:
    with made(path).open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=epoch()) as out:
        out.write(text.encode())


if __name__ == "__main__":
    sys.exit(main())
