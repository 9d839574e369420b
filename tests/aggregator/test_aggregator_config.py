"""A configuration is right, or says which key is wrong and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator import config
from aggregator.database import found, notary
from shieldwall.errors import ConfigError


def made(folder: Path) -> config.Config:
    return config.new(folder, name="Valley Metal", url="https://cluster.example/")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    written = made(tmp_path / "data")
    config.save(written)
    assert config.load(tmp_path / "data") == written
    assert (written.cluster, written.origin, written.url) == (
        "valley-metal",
        "cluster.example/valley-metal/log1",
        "https://cluster.example",
    )
    file = tmp_path / "data" / config.FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="never overwritten"):
        config.save(written)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("url: ftp://x", "https://cluster.example"),
        ("url: http://cluster.example", "plain http only"),
        ("cluster: Über", "1 to 40"),
        ("origin: nothing", "must look like"),
        ("approval: maybe", "must be bool"),
        ("statement_burst: 0", "at least 1"),
        ("name: ''", "empty"),
        ("colour: red", "unknown key `colour`"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, line: str, words: str) -> None:
    config.save(made(tmp_path))
    file = tmp_path / config.FILE_NAME
    key = line.partition(":")[0]
    kept = [old for old in file.read_text().splitlines() if not old.startswith(f"{key}:")]
    file.write_text("\n".join([*kept, line]))
    with pytest.raises(ConfigError, match=words):
        config.load(tmp_path)


@pytest.mark.parametrize("text", ["", "- a", "a: [", "cluster: c", "x" * 2_000_000, "!!python/object:os.system x"])
def test_what_is_no_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / config.FILE_NAME).write_text(text)
    with pytest.raises(ConfigError, match=config.FILE_NAME):
        config.load(tmp_path)


def test_no_aggregator_here(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="init"):
        config.load(tmp_path)


def test_where_the_folder_is() -> None:
    assert config.default_folder({config.ENVIRONMENT: "/x"}, root=True) == Path("/x")
    assert config.default_folder({}, root=True) == config.SYSTEM_FOLDER
    assert config.default_folder({}, root=False).name == "shieldwall-aggregator"


def test_a_founding_that_was_interrupted_can_be_repeated(tmp_path: Path) -> None:
    wanted = made(tmp_path / "data")
    config.prepare_folders(wanted)
    notary.create_key(wanted)
    first = notary.load(wanted).vkey
    assert found.found(wanted).vkey == first
    with pytest.raises(ConfigError, match="already"):
        found.found(wanted)


def test_a_key_others_can_read_is_not_used(tmp_path: Path) -> None:
    wanted = made(tmp_path / "data")
    found.found(wanted)
    wanted.log_key.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        notary.load(wanted)
    wanted.log_key.chmod(0o600)
    wanted.log_key.write_bytes(b"nonsense")
    with pytest.raises(ConfigError, match="PEM"):
        notary.load(wanted)
    wanted.log_key.unlink()
    with pytest.raises(ConfigError, match="missing"):
        notary.load(wanted)


def test_a_private_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """A process that died while it wrote leaves a part that nobody takes for the file, and that the next one removes."""
    folder = tmp_path / "periods"
    folder.mkdir()
    file, left = folder / "2026-Q4.key", folder / ".2026-Q4.key.77.part"
    left.write_bytes(b"")
    config.write_private(file, b"key")
    assert file.read_bytes() == b"key"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="never overwritten"):
        config.write_private(file, b"another")
    assert file.read_bytes() == b"key"
    assert list(folder.iterdir()) == [file]
