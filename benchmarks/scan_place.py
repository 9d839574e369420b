"""Where tools are compared: on this host, and in a clean Debian tree that is made once below build/bench."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent.parent
BENCH = HERE / "build" / "bench"
CLEAN = "bookworm"
CLEAN_PACKAGES = (
    "openssh-server", "sudo", "python3", "cron", "rsyslog", "ca-certificates", "lynis", "openscap-scanner",
)  # fmt: skip
NEWER = "sid"
"""Whose ssg-debian holds CIS profiles for Debian 12; bookworm's own content judges none of its rules on Debian 12."""
NEWER_PACKAGES = ("ssg-debian", "goss")
INSIDE = "/opt/bench"
"""In the tree: Shieldwall with what it imports, and what was unpacked from the newer release."""
ENTER = 'mount -t proc proc "$1/proc"; mount -t sysfs sys "$1/sys"; root=$1; shift; exec chroot "$root" "$@"'


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    root: Path
    python: str
    """The interpreter there, with `path` in front of what it imports."""
    path: str
    tools: str
    """Folder, as seen there, of what was unpacked from the newer release."""

    def command(self, argv: Sequence[str]) -> list[str]:
        """As to be run from here. In the tree with its own /proc, in a mount namespace that ends with the command."""
        if self.root == Path("/"):
            return list(argv)
        return ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(self.root), *argv]

    def file(self, path: str) -> Path:
        """A path of that place on this machine."""
        return self.root / path.lstrip("/")

    def files(self) -> int:
        found = subprocess.run(["find", self.root, "-xdev", "-printf", "x"], capture_output=True, check=False)
        return len(found.stdout)


def host() -> Place:
    return Place("this host", Path("/"), sys.executable, str(HERE), str(newer()))


def clean() -> Place:
    root = BENCH / "tree"
    if not (root / "var/lib/dpkg/info/lynis.list").exists():
        tell(f"making a clean {CLEAN} tree in {root}")
        run("debootstrap", "--variant=minbase", f"--include={','.join(CLEAN_PACKAGES)}", CLEAN, str(root))
    place = Place("clean tree", root, "python3", f"{INSIDE}/shieldwall", f"{INSIDE}/newer")
    target = place.file(INSIDE)
    target.mkdir(parents=True, exist_ok=True)
    run("cp", "-rT", str(newer()), str(target / "newer"))
    _install(target / "shieldwall")
    run(*place.command(["python3", "-m", "compileall", "-q", f"{INSIDE}/shieldwall"]))
    return place


def _install(target: Path) -> None:
    """The wheel of this checkout, and once what it depends on; the tree's Python is 3.11, as this one has to be."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", str(target)]
    with tempfile.TemporaryDirectory() as wheels:
        run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, str(HERE))
        (wheel,) = Path(wheels).glob("*.whl")
        if not (target / "click").exists():
            run(*pip, str(wheel))
        for name in ("agent", "aggregator", "shieldwall"):
            run("rm", "-rf", str(target / name))
        run(*pip, "--no-deps", "--upgrade", str(wheel))


def newer() -> Path:
    """Packages of a newer Debian, unpacked and not installed. Raises CalledProcessError when they cannot be had."""
    folder = BENCH / "newer"
    if (folder / "usr").exists():
        return folder
    tell(f"unpacking {', '.join(NEWER_PACKAGES)} of {NEWER}")
    work = BENCH / "apt"
    for name in ("lists/partial", "cache/archives/partial", "parts"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "status").touch()
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (work / "sources.list").write_text(f"deb [signed-by={key}] {mirror()} {NEWER} main\n")
    places = {
        "Dir::Etc::sourcelist": work / "sources.list", "Dir::Etc::sourceparts": work / "parts",
        "Dir::State::lists": work / "lists", "Dir::Cache": work / "cache", "Dir::State::status": work / "status",
        "APT::Sandbox::User": "root",
    }  # fmt: skip
    options = [word for name, value in places.items() for word in ("-o", f"{name}={value}")]
    run("apt-get", "-qq", *options, "update")
    run("apt-get", "-qq", *options, "download", *NEWER_PACKAGES, cwd=work)
    for package in work.glob("*.deb"):
        run("dpkg-deb", "-x", str(package), str(folder))
    (folder / "versions").write_text("\n".join(sorted(p.stem for p in work.glob("*.deb"))) + "\n")
    return folder


def mirror() -> str:
    """Where this host has its own packages from."""
    listed = ("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages")
    return subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()[0]


def run(*argv: str, cwd: Path | None = None) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, cwd=cwd)


def tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
