"""Many hosts, one file of invitations."""

import threading
from pathlib import Path

import pytest
from simulator import Cluster, refusing, served

from agent.cli import run
from agent.membership.handout import Handout, read_handout
from shieldwall.errors import UsageError
from shieldwall.messages.problem import ProblemType


def listed(folder: Path, cluster: Cluster, url: str, count: int) -> Path:
    path = folder / "invitations.txt"
    lines = [cluster.invite(url).encode() for _ in range(count)]
    path.write_text("# Miller Ltd\n\n" + "\n".join(lines) + "\n")
    return path


def handout(path: Path) -> Handout:
    found = read_handout(path, path.read_text())
    assert found is not None
    return found


def test_hosts_that_all_join_at_once_get_one_each(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        path = listed(tmp_path, cluster, url, 12)
        codes: dict[int, int] = {}

        def join(number: int) -> None:
            codes[number] = run(["--home", str(tmp_path / f"host{number}"), "join", str(path)])

        hosts = [threading.Thread(target=join, args=(number,)) for number in range(12)]
        for host in hosts:
            host.start()
        for host in hosts:
            host.join()
        assert set(codes.values()) == {0}
        assert len(cluster.members) == 12
        assert len(cluster.bound) == 12
        assert path.exists()
        assert run(["--home", str(tmp_path / "late"), "join", str(path)]) == 2
        assert run(["--home", str(tmp_path / "host3"), "join", str(path)]) == 2, "joined already"


def test_a_host_that_was_cut_off_goes_on_with_its_own(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        path = listed(tmp_path, cluster, url, 2)
        cluster.faults.append(refusing(ProblemType.UNAVAILABLE))
        assert run(["--home", str(tmp_path / "one"), "join", str(path)]) == 4
        assert run(["--home", str(tmp_path / "two"), "join", str(path)]) == 0
        assert run(["--home", str(tmp_path / "one"), "join", str(path)]) == 0
        assert len(cluster.members) == 2, "the second try is the same agent"


def test_one_that_is_used_up_is_passed_over_by_everybody(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        path = listed(tmp_path, cluster, url, 3)
        first, second, _ = handout(path).invitations
        cluster.bound[first.id] = b"somebody else's key"
        del cluster.invitations[second.id]
        assert run(["--home", str(tmp_path / "one"), "join", str(path)]) == 0
        assert len(cluster.members) == 1
        assert run(["--home", str(tmp_path / "two"), "join", str(path)]) == 2


def test_a_refusal_that_is_not_the_invitations_fault_uses_none_up(tmp_path: Path) -> None:
    with served(Cluster()) as (cluster, url):
        path = listed(tmp_path, cluster, url, 2)
        cluster.faults.append(refusing(ProblemType.UNSUPPORTED_PROTOCOL))
        assert run(["--home", str(tmp_path / "one"), "join", str(path)]) == 5
        assert run(["--home", str(tmp_path / "one"), "join", str(path)]) == 0
        assert run(["--home", str(tmp_path / "two"), "join", str(path)]) == 0


def test_one_invitation_broken_into_lines_is_no_list(tmp_path: Path) -> None:
    text = Cluster().invite("https://cluster.example").encode()
    assert read_handout(tmp_path / "x", text) is None
    assert read_handout(tmp_path / "x", f"{text[:60]}\n{text[60:]}\n") is None
    with pytest.raises(UsageError):
        read_handout(tmp_path / "x", f"{text}\nnot an invitation\n")
