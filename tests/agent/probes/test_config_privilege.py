"""What an ordinary user cannot read is unknown, never absent and never a default."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from unprivileged import as_nobody

from agent.looking.host import Host
from agent.probes import account, config
from shieldwall.checks.fact import FactKey


@pytest.fixture
def tree() -> Iterator[Path]:
    """A host that everybody may enter, with the files closed that are closed everywhere."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        files = {
            "etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1000:100::/home/ann:/bin/sh\n", "etc/group": "sudo:x:27:\n",
            "etc/shadow": "root::1::::::\n", "etc/sudoers": "ann ALL=ALL\n",
            "etc/ssh/sshd_config": "Include sshd_config.d/*.conf\n",
            "etc/ssh/sshd_config.d/10.conf": "PermitRootLogin yes\n", "home/ann/.ssh/authorized_keys": "",
        }  # fmt: skip
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        for path in ("etc/shadow", "etc/sudoers", "etc/ssh/sshd_config.d/10.conf", "home/ann/.ssh"):
            (root / path).chmod(0)
        root.chmod(0o755)
        yield root
        (root / "home/ann/.ssh").chmod(0o700)


def seen(tree: Path, probe: Any, **args: str) -> dict[str, Any]:
    key = FactKey.of("x", args)
    answer: dict[str, Any] = as_nobody(lambda: probe.collect([key], Host(root=tree))[key].to_json())
    return answer


@pytest.mark.parametrize("app", ["sshd", "sudoers"])
def test_a_closed_file_of_configuration(tree: Path, app: str) -> None:
    assert seen(tree, config, app=app)["unknown"] == "privilege"


def test_a_folder_of_drop_ins_that_cannot_be_listed(tree: Path) -> None:
    (tree / "etc/ssh/sshd_config.d").chmod(0o711)
    assert seen(tree, config, app="sshd")["unknown"] == "privilege"


def test_accounts_without_the_shadow_file(tree: Path) -> None:
    root, ann = seen(tree, account, part="users")["value"]
    hidden = {"?": "privilege"}
    assert (root["empty_password"], root["locked"], root["hash"], root["expired"]) == (hidden,) * 4
    assert (root["admin"], ann["admin"], ann["human"]) == (True, hidden, True)
    assert seen(tree, account, part="passwords")["unknown"] == "privilege"
    assert seen(tree, account, part="admins")["value"] == {"human": hidden}
    assert seen(tree, account, part="ids")["value"]["uid_zero"] == ["root"]


def test_keys_in_a_closed_home(tree: Path) -> None:
    assert {"?": "privilege"} in seen(tree, account, part="ssh_keys")["value"]
