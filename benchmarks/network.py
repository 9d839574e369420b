"""What a look at 256 addresses costs: wall time, CPU and peak memory of `shieldwall network` and its nmap.

All of it on loopback (127.0.9.0/24), where every address answers and hardly a port is open: the slowest case for a
look that waits for nobody, since its own politeness sets the pace.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NETWORK = "127.0.9.0/24"
ROOT = Path(__file__).resolve().parent.parent
MAIN = "from agent.cli import main; main()"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="shieldwall-network-") as home:
        (Path(home) / "home").mkdir(mode=0o700)
        words = ["--home", f"{home}/home", "network", NETWORK, "--quiet", "--fail-on", "never"]
        argv = [sys.executable, "-c", MAIN, *words]
        began = time.monotonic()
        ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1800)
        took = time.monotonic() - began
    if ran.returncode != 0:
        raise SystemExit(ran.stderr or ran.stdout)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # the largest single process of the tree: ours, or nmap
    print(ran.stdout.splitlines()[0])
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"{NETWORK}: {took:.1f} s wall, {cpu:.1f} s CPU, peak {peak:.0f} MiB in one process")


if __name__ == "__main__":
    main()
