"""From two sticks to the agent's next audit, as typed: ceremony, publication, join, update, scan, and a pack unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from agent_sample import SOURCES, check
from aggregating import Running, fresh, running
from trusting import new_check

from agent.cli import run
from agent.home.config import Home
from agent.home.packs import pack_in_use
from aggregator.cli import run as manage
from aggregator.trust.repository import newest_root, repository


@dataclass
class Desk:
    live: Running
    folder: Path
    home: Home

    def types(self, *words: str) -> int:
        return run(["--home", str(self.home.path), *words])

    def manages(self, *words: str) -> int:
        return manage(["--data", str(self.live.config.folder), *words])

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def ceremony(self, version: str, *, more: bool = False, added: tuple[str, ...] = ()) -> None:
        library = self.folder / f"library-{version}"
        for name, data in [*SOURCES, *([new_check()] if more else [])]:
            (library / name).parent.mkdir(parents=True, exist_ok=True)
            (library / name).write_bytes(data)
        (library / "policies").mkdir()
        pack, asked, signed = (self.path(f"{word}-{version}") for word in ("pack", "request", "signed"))
        checks, policies = str(library / "checks"), str(library / "policies")
        built = ("--version", version, "--checks", checks, "--policies", policies, "--output", pack)
        assert self.manages("pack", "build", *built, "--min-agent", "0.1.0") == 0
        assert self.manages("ceremony", "request", "--output", asked) == 0
        keys = [word for n in (1, 2) for word in ("--key", self.path(f"stick{n}/shieldwall-key-{n}.pem"))]
        secret = ("--passphrase-file", self.path("passphrase"))
        rest = ("--pack", pack, "--output", signed, "--yes", *added)
        assert self.manages("ceremony", "sign", asked, *keys, *secret, *rest) == 0
        assert self.manages("pack", "publish", signed) == 0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running(fresh(tmp_path / "data")) as live:
        # Invitations and requests name the address of the configuration: let it be where this server listens.
        file = live.config.folder / "aggregator.yaml"
        file.write_text(file.read_text().replace("127.0.0.1:8440\n", f"127.0.0.1:{live.port}\n"))
        made = Desk(live, tmp_path, Home(tmp_path / "home"))
        for number in (1, 2, 3):
            (tmp_path / f"stick{number}").mkdir()
        (tmp_path / "passphrase").write_text("correct horse\n")
        places = [word for n in (1, 2, 3) for word in ("--to", made.path(f"stick{n}"))]
        assert made.manages("ceremony", "keys", *places, "--passphrase-file", made.path("passphrase")) == 0
        assert made.manages("firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49") == 0
        yield made


def joined(desk: Desk) -> None:
    assert desk.manages("firm", "invite", "Miller Ltd", "--output", desk.path("invitation")) == 0
    assert desk.types("join", desk.path("invitation")) == 0


def test_from_two_sticks_to_the_next_audit(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.ceremony("9.0.0")
    joined(desk)
    capsys.readouterr()
    assert desk.types("update") == 0
    shown = capsys.readouterr()
    assert "removed" in shown.out
    assert "--yes` takes" in shown.err
    assert pack_in_use(desk.home).version != "9.0.0", "nothing is taken without a yes"
    assert desk.types("update", "--yes") == 0
    assert pack_in_use(desk.home).version == "9.0.0"
    assert desk.types("scan", "--policy", "all", "--fail-on", "never", "--quiet") == 0
    assert desk.types("submit") == 0
    capsys.readouterr()
    assert desk.types("update") == 0
    assert "newest" in capsys.readouterr().out


def test_a_timer_takes_what_reads_nothing_new_and_waits_with_the_rest(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.ceremony("9.0.0")
    joined(desk)
    assert desk.types("update", "--yes") == 0
    desk.ceremony("9.0.5")
    assert desk.types("update", "--background") == 0
    assert pack_in_use(desk.home).version == "9.0.5"
    desk.ceremony("9.1.0", more=True)
    capsys.readouterr()
    assert desk.types("update", "--background") == 0
    assert "READS ANEW" in capsys.readouterr().out
    assert pack_in_use(desk.home).version == "9.0.5"
    assert desk.types("update", "--hold") == 0
    assert desk.types("update", "--yes") == 0
    assert pack_in_use(desk.home).version == "9.1.0"


def test_a_pack_the_cluster_does_not_know_says_what_to_do(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    joined(desk)
    assert desk.types("scan", "--fail-on", "never", "--quiet") == 0
    capsys.readouterr()
    desk.types("submit")
    told = capsys.readouterr().err
    assert "refused (schema)" in told
    assert "shieldwall update" in told


def test_a_root_from_the_managers_own_hand(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    joined(desk)
    assert desk.types("update") == 2
    assert "--root root.json" in capsys.readouterr().err
    desk.ceremony("9.0.0")
    root = newest_root(repository(desk.live.config))
    assert root is not None
    Path(desk.path("root.json")).write_bytes(root)
    assert desk.types("update", "--root", desk.path("root.json"), "--yes") == 0
    assert pack_in_use(desk.home).version == "9.0.0"


def test_a_server_away_leaves_the_checks_as_they_are(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.ceremony("9.0.0")
    joined(desk)
    assert desk.types("update", "--yes") == 0
    assert desk.types("update", "--from", "http://127.0.0.1:9") == 4
    assert "stay in use" in capsys.readouterr().err
    assert pack_in_use(desk.home).version == "9.0.0"


def test_the_clusters_own_questions_reach_the_next_audit(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    name, data = check("drill", "attest(question=drill)", 'expect: "yes"', '"yes"', scope="organisation")
    (desk.folder / "ours" / name).parent.mkdir(parents=True)
    (desk.folder / "ours" / name).write_bytes(data)
    made = ("--checks", desk.path("ours/checks"), "--output", desk.path("addition"))
    assert desk.manages("pack", "addition", "--version", "1", *made) == 0
    capsys.readouterr()
    desk.ceremony("9.0.0", added=("--addition", desk.path("addition")))
    assert "adds     question drill" in capsys.readouterr().out
    joined(desk)
    assert desk.types("update", "--yes") == 0
    assert pack_in_use(desk.home).version == "9.0.0.1"
    assert desk.types("scan", "--policy", "all", "--fail-on", "never", "--quiet") == 0
    capsys.readouterr()
    assert desk.types("submit") == 0
    assert capsys.readouterr().out.startswith("1 delivered"), "the cluster knows the two together"


def test_an_agent_older_than_the_cluster_understands_keeps_its_audits(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.ceremony("9.0.0")
    joined(desk)
    assert desk.types("update", "--yes") == 0
    file = desk.live.config.folder / "aggregator.yaml"
    plain = file.read_text()
    file.write_text(plain.replace("min_agent: 0.1.0", "min_agent: '99.0'"))
    desk.ceremony("9.0.1")
    assert desk.types("scan", "--policy", "all", "--fail-on", "never", "--quiet") == 0
    for word in ("update", "submit"):
        capsys.readouterr()
        assert desk.types(word) == 5
        assert "from 99.0 on" in (told := capsys.readouterr().err) and "upgrade the agent" in told
    assert pack_in_use(desk.home).version == "9.0.0"
    file.write_text(plain)
    desk.ceremony("9.0.2")
    assert desk.types("update", "--hold") == 0
    capsys.readouterr()
    assert desk.types("submit") == 0
    assert capsys.readouterr().out.startswith("1 delivered"), "what was kept goes out"
