"""What no test may do: speak to anything but loopback, or touch the home of a real installation."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.0/8", "::1", "localhost"]


@pytest.fixture(autouse=True)
def _only_loopback() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _no_real_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The default homes point at a file, so that code which forgets to be told its home fails at once."""
    wall = tmp_path / "not-a-home"
    wall.write_text("a test must name its home")
    monkeypatch.setenv("SHIELDWALL_HOME", str(wall))
    monkeypatch.setenv("SHIELDWALL_AGGREGATOR_DATA", str(wall))
    yield
    assert wall.is_file(), "a test replaced the wall in front of the real home"
