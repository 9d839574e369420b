"""Files that include files: what includes itself, and what multiplies, ends as unknown and soon."""

from __future__ import annotations

from pathlib import Path

import pytest
from planted import planted

from agent.looking.looked import UnreadableError
from agent.probes.config import collect
from agent.probes.config.base import LINE_CHARS, Depth, joined, numbered
from shieldwall import limits
from shieldwall.checks.fact import FactKey

INCLUDING = {
    "apache": ("/etc/apache2/apache2.conf", "Include {}\n"),
    "nginx": ("/etc/nginx/nginx.conf", "include {};\n"),
    "rsyslog": ("/etc/rsyslog.conf", "$IncludeConfig {}\n"),
    "logrotate": ("/etc/logrotate.conf", "include {}\n"),
    "timesync": ("/etc/chrony/chrony.conf", "include {}\n"),
    "samba": ("/etc/samba/smb.conf", "[global]\ninclude = {}\n"),
    "sudoers": ("/etc/sudoers", "@include {}\n"),
    "sshd": ("/etc/ssh/sshd_config", "Include {}\n"),
}
"""App -> main file and how it includes another one."""


def reason(root: Path, app: str, files: dict[str, str | bytes]) -> str | None:
    key = FactKey.of("config", {"app": app})
    return collect([key], planted(root, files))[key].reason


@pytest.mark.parametrize("app", list(INCLUDING))
def test_a_file_that_includes_itself_is_unknown(tmp_path: Path, app: str) -> None:
    main, include = INCLUDING[app]
    assert reason(tmp_path, app, {main: include.format(main)}) == "parse"


@pytest.mark.parametrize("app", list(INCLUDING))
def test_files_that_multiply_are_unknown_and_not_read_to_the_end(tmp_path: Path, app: str) -> None:
    """Twelve levels of which each file includes the next four times: sixteen million readings."""
    main, include = INCLUDING[app]
    files: dict[str, str | bytes] = {main: include.format("/etc/i/0") * 4}
    files |= {f"/etc/i/{n}": include.format(f"/etc/i/{n + 1}") * 4 for n in range(11)} | {"/etc/i/11": "\n"}
    assert reason(tmp_path, app, files) == "refused"


def test_every_file_of_one_configuration_counts_once() -> None:
    top = Depth()
    level = top.below("a")
    for _ in range(limits.INCLUDE_FILES - 1):
        level.below("b")
    for depth in (top, level):
        with pytest.raises(UnreadableError, match="more than 1024"):
            depth.below("c")
    deep = Depth()
    for _ in range(limits.INCLUDE_DEPTH):
        deep = deep.below("d")
    with pytest.raises(UnreadableError, match="too deep"):
        deep.below("e")


def test_no_line_is_longer_than_a_line() -> None:
    longest = "x" * LINE_CHARS
    assert list(numbered(f"a\n{longest}\n")) == [(1, "a"), (2, longest)]
    with pytest.raises(UnreadableError, match="line 2 "):
        list(numbered(f"a\n{longest}y\n"))
    with pytest.raises(UnreadableError, match="line 1 "):
        list(joined("xx\\\n" * LINE_CHARS))
