"""Two real clusters: one signs for the other's log as long as it only grows, and never for two pasts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import Running, fresh, running

from aggregator.cli import run as manage
from aggregator.config import Config, load, rewrite
from aggregator.trust.witness import watched
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shieldwall.log.cosignature import cosigned, parse_witness


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Running]:
    with running(fresh(tmp_path / "log")) as live:
        yield live


@pytest.fixture
def other(tmp_path: Path) -> Config:
    from dataclasses import replace

    made = replace(fresh(tmp_path / "other"), origin="other.example/c2/log1")
    rewrite(made)
    return made


def at(config: Config, *words: str) -> int:
    return manage(["--data", str(config.folder), "witness", *words])


def grow(log: Running, leaves: int = 3) -> None:
    agent = log.agent()
    for _ in range(leaves):
        assert agent.send(agent.prepare()).status == 201


def begin(log: Running, other: Config, capsys: pytest.CaptureFixture[str]) -> str:
    """Each knows the other's key; answers the witness's."""
    from dataclasses import replace

    assert at(other, "key") == 0
    vkey = capsys.readouterr().out.strip()
    rewrite(replace(log.config, witnesses=(vkey,)))
    assert at(other, "add", log.service.notary.vkey, "--url", f"http://127.0.0.1:{log.port}") == 0
    return vkey


def signed(log: Running, other: Config, name: str) -> Path:
    out = other.folder / name
    assert at(other, "sign", log.config.origin, "--output", str(out)) == 0
    return out


def test_a_cosigned_checkpoint_is_kept_and_served(
    log: Running, other: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(log)
    assert log.ask("GET", "/v1/log/witnessed").status == 404
    witness = parse_witness(begin(log, other, capsys))
    for name in ("first", "second"):
        assert at(log.config, "take", str(signed(log, other, name))) == 0
        key, origin = log.service.notary.key.public_key(), log.config.origin
        for path in ("/v1/log/witnessed", "/v1/log/checkpoint"):
            note = log.ask("GET", path).body.decode()
            shown = open_checkpoint(note, origin=origin, log_key=key)
            (found,) = cosigned(note, shown, [witness])
            assert found.witness == witness
        grow(log, 5)
        assert log.ask("GET", "/v1/log/checkpoint").body != log.ask("GET", "/v1/log/witnessed").body
    capsys.readouterr()
    assert at(other, "list") == 0
    assert capsys.readouterr().out.split("\t")[:2] == [log.config.origin, str(shown.size)]


def test_a_witness_signs_no_second_past_and_no_shorter_log(
    log: Running, other: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(log, other, capsys)
    grow(log)
    signed(log, other, "seen")
    (before,) = watched(other)
    key, origin = log.service.notary.key, log.config.origin
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(9)]
    for size, why in ((before.size, "past was changed"), (before.size + 2, "past was changed"), (1, "lost some")):
        forged = tmp_path / f"forged-{size}"
        forged.write_text(sign_checkpoint(Checkpoint(origin, size, leaves[0]), key))
        proof = tmp_path / "proof"
        proof.write_bytes(b'{"proof":[]}')
        assert at(other, "sign", origin, "--checkpoint", str(forged), "--proof", str(proof)) == 5
        said = capsys.readouterr()
        assert why in said.err and "\u2014" not in said.out
    assert watched(other) == [before], "what was seen stays what it was"


def test_a_witness_signs_by_files_where_there_is_no_way_between(
    log: Running, other: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert at(other, "add", log.service.notary.vkey) == 0
    grow(log)
    note, proof = tmp_path / "note", tmp_path / "proof"
    for size in (4, 6):
        note.write_bytes(log.ask("GET", "/v1/log/checkpoint").body)
        proof.write_bytes(log.ask("GET", "/v1/log/consistency?from=4&to=6").body if size == 6 else b"")
        capsys.readouterr()
        assert at(other, "sign", log.config.origin, "--checkpoint", str(note), "--proof", str(proof)) == 0
        assert capsys.readouterr().out.count("\u2014") == 2
        grow(log, 1)
    assert watched(other)[0].size == 6
    assert at(other, "sign", log.config.origin) == 2, "no address is known"
    assert at(other, "add", log.service.notary.vkey) == 2, "already"


def test_a_log_takes_only_what_its_own_witnesses_signed(
    log: Running, other: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(log)
    begin(log, other, capsys)
    old = signed(log, other, "old")
    grow(log)
    plain = tmp_path / "plain"
    plain.write_bytes(log.ask("GET", "/v1/log/checkpoint").body)
    assert at(log.config, "take", str(plain)) == 5
    assert at(log.config, "take", str(signed(log, other, "new"))) == 0
    assert at(log.config, "take", str(old)) == 5, "a smaller one does not replace a larger one"
    assert load(log.config.folder).witnesses
    assert at(other, "add", "nonsense") == 5
    config = log.config.folder / "aggregator.yaml"
    config.write_text(config.read_text().replace("witness+", "witness+00"))
    assert at(log.config, "list") == 78


def test_what_no_witness_can_do_is_said(
    log: Running, other: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(log)
    note = tmp_path / "note"
    note.write_bytes(log.ask("GET", "/v1/log/checkpoint").body)
    for config, words, told in (
        (log.config, ("add", log.service.notary.vkey), "your own log"),
        (other, ("add", log.service.notary.vkey, "--url", "ftp://x"), "no address"),
        (other, ("sign", log.config.origin, "--checkpoint", str(note)), "nobody added"),
        (log.config, ("take", str(note)), "no witness is known"),
    ):
        assert at(config, *words) == 2
        assert told in capsys.readouterr().err
    assert at(other, "key") == 0
    (key,) = other.folder.rglob("witness.key")
    key.write_text("nonsense")
    assert at(other, "key") == 78
