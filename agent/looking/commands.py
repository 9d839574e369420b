"""Tools the agent may run, and how: absolute path from a fixed table, argument list, no shell, bounded in every way."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from agent.looking.looked import UnreadableError
from shieldwall import limits
from shieldwall.checks.outcome import Reason

TOOLS: Final[dict[str, tuple[str, ...]]] = {
    "nft": ("/usr/sbin/nft", "/sbin/nft"),
    "iptables-save": ("/usr/sbin/iptables-save", "/sbin/iptables-save"),
    "ip6tables-save": ("/usr/sbin/ip6tables-save", "/sbin/ip6tables-save"),
    "iptables-legacy-save": ("/usr/sbin/iptables-legacy-save",),
    "ip6tables-legacy-save": ("/usr/sbin/ip6tables-legacy-save",),
    "systemctl": ("/usr/bin/systemctl", "/bin/systemctl"),
    "timedatectl": ("/usr/bin/timedatectl",),
    "chronyc": ("/usr/bin/chronyc",),
    "mokutil": ("/usr/bin/mokutil",),
    "aa-status": ("/usr/sbin/aa-status",),
    "rpm": ("/usr/bin/rpm", "/bin/rpm"),
    "auditctl": ("/usr/sbin/auditctl", "/sbin/auditctl"),
}
"""Name -> where it may lie. A path that a user or a pack could choose is never run."""

MACOS_TOOLS: Final[dict[str, tuple[str, ...]]] = {
    "fdesetup": ("/usr/bin/fdesetup",),
    "csrutil": ("/usr/bin/csrutil",),
    "spctl": ("/usr/sbin/spctl",),
    "profiles": ("/usr/bin/profiles",),
    "dscl": ("/usr/bin/dscl",),
    "launchctl": ("/bin/launchctl",),
    "tmutil": ("/usr/bin/tmutil",),
    "sysadminctl": ("/usr/sbin/sysadminctl",),
    "socketfilterfw": ("/usr/libexec/ApplicationFirewall/socketfilterfw",),
}
"""Those that are part of macOS. They speak English whatever the language of the system."""

ENVIRONMENT: Final = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_COLORS": "0"}


@dataclass(frozen=True, slots=True)
class CommandResult:
    status: int
    output: str
    """Standard output, UTF-8 with surrogates."""
    errors: str


def run_tool(name: str, args: Sequence[str], seconds: float = limits.COMMAND_SECONDS) -> CommandResult:
    """Run one tool to its end. Raises UnreadableError when it is not installed, too slow or too talkative."""
    path = next((p for p in (TOOLS | MACOS_TOOLS)[name] if os.access(p, os.X_OK)), None)
    if path is None:
        raise UnreadableError(Reason.TOOL, f"{name} is not installed")
    return run_path(path, args, seconds)


def run_path(path: str, args: Sequence[str], seconds: float) -> CommandResult:
    """As run_tool, for a path already chosen from a fixed table. The whole process group dies at the deadline."""
    try:
        process = subprocess.Popen(
            [path, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=dict(ENVIRONMENT), start_new_session=True, cwd="/", close_fds=True,
        )  # fmt: skip
    except OSError as error:
        raise UnreadableError(Reason.TOOL, f"{path}: {error.strerror}") from error
    try:
        out, err = _drain(process, path, seconds)
        return CommandResult(process.wait(), _decode(out), _decode(err))
    finally:
        _kill_group(process)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _drain(process: subprocess.Popen[bytes], path: str, seconds: float) -> tuple[bytes, bytes]:
    deadline = time.monotonic() + seconds
    got = {"out": bytearray(), "err": bytearray()}
    with selectors.DefaultSelector() as selector:
        for name, pipe in (("out", process.stdout), ("err", process.stderr)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, name)
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise UnreadableError(Reason.TIMEOUT, f"{path} did not finish within {seconds:g} s")
            for key, _ in selector.select(left):
                chunk = os.read(key.fd, 1 << 16)
                if not chunk:
                    selector.unregister(key.fileobj)
                    continue
                got[key.data] += chunk
                if len(got[key.data]) > limits.COMMAND_OUTPUT_BYTES:
                    raise UnreadableError(Reason.REFUSED, f"{path} printed too much to be an answer")
    return bytes(got["out"]), bytes(got["err"])


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
