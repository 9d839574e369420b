"""An agent whose cluster names a witness: content, told, or alarmed when the witness saw another log than it did."""

from pathlib import Path

import pytest
from aggregating import Running, fresh, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from delivering import say
from office import Office, enrolled, here, updates

from agent.home.config import Home
from agent.home.identity import read_machine
from agent.membership import witness
from aggregator.config import rewrite
from aggregator.trust.witness import WITNESSED
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shieldwall.log.cosignature import Witness, cosign

NAME = "other.example/c2/witness"
KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)


def cosigned(live: Running, *, forged: bool = False) -> None:
    note = live.ask("GET", "/v1/log/checkpoint").body.decode()
    key = live.service.notary.key
    seen = open_checkpoint(note, origin=live.config.origin, log_key=key.public_key())
    if forged:
        seen = Checkpoint(seen.origin, seen.size, b"x" * 32)
    place = live.config.folder / WITNESSED
    place.write_text(sign_checkpoint(seen, key) + cosign(seen, NAME, KEY, 1_800_000_000))


@pytest.mark.parametrize("forged", [False, True])
def test_a_split_view_is_noticed_where_a_witness_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], forged: bool
) -> None:
    office, home = Office(tmp_path / "office"), Home(tmp_path / "home")
    office.keys()
    with running(fresh(tmp_path / "data", witnesses=(Witness(NAME, KEY.public_key()).vkey(),))) as live:
        rewrite(live.config)
        there = here(live)
        office.ceremony(there.config, "first")
        enrolled(there, home)
        assert updates(home, there) == 0
        assert "names a witness" in capsys.readouterr().err
        assert say(home, there, 2, read_machine(home)).failure is None
        cosigned(there, forged=forged)
        assert updates(home, there) == (5 if forged else 0)
        said = capsys.readouterr().err
        assert ("not the one this host was shown" in said) is forged
        assert "witness" in said if forged else "witness" not in said


def test_a_complaint_is_made_of_silence_and_of_age() -> None:
    assert witness.Testimony((), 0, 0).complaint()
    assert witness.Testimony((NAME,), 5, witness.STALE_DAYS + 1).complaint()
    assert not witness.Testimony((NAME,), 5, witness.STALE_DAYS).complaint()
