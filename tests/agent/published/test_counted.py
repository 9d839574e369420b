"""Mine is in, once: a real server, real receipts, a real freeze, and an operator who would rather not count one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from aggregating import Agent, Running, fresh, receipt, running
from released import release as release_sample

from agent.delivery.transport import HttpTransport
from agent.published.counted import check_counted, checkpoint_of, fetch_manifest, told
from aggregator.database import log
from aggregator.database.engine import reading
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.messages.statement import Seen
from shieldwall.published.manifest import FILE, Manifest
from shieldwall.published.release import CountedLog, Release


@dataclass
class Case:
    live: Running
    indices: list[int]
    """Of three statements, in the order of the log."""
    checkpoint: Checkpoint
    release: Release

    def manifest(self, *chosen: int) -> tuple[bytes, Release]:
        made = Manifest(tuple(self.indices[n] for n in chosen))
        log_ = replace(self.release.log, leaves=len(chosen), root=made.root())
        return made.encode(), replace(self.release, log=log_)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with running(fresh(tmp_path_factory.mktemp("cluster") / "data")) as live:
        agent: Agent = live.agent()
        indices = []
        for _ in range(3):
            signed = agent.prepare()
            indices.append(receipt(live, agent.send(signed), signed).index)
        with reading(live.service.engine) as connection:
            size = log.size(connection, live.config.cluster)
            root = merkle.root(size, log.Nodes(connection, live.config.cluster))
        checkpoint = Checkpoint(live.config.origin, size, root)
        note = sign_checkpoint(checkpoint, live.service.notary.key)
        yield Case(live, indices, checkpoint, replace(release_sample(), log=CountedLog(note, 0, "")))


def test_mine_is_in_once(case: Case) -> None:
    data, release = case.manifest(2)
    found = check_counted(data, release, case.checkpoint, case.indices)
    assert (found.mine, found.before, found.leaves) == (case.indices[2], 3, 1)
    assert "counted, once" in "".join(told(found))


def test_mine_twice_is_an_outcry(case: Case) -> None:
    data, release = case.manifest(1, 2)
    with pytest.raises(IntegrityError, match="counted 2 times"):
        check_counted(data, release, case.checkpoint, case.indices)


def test_mine_left_out_is_said(case: Case) -> None:
    data, release = case.manifest(0)
    found = check_counted(data, release, case.checkpoint, case.indices[1:])
    assert found.mine is None
    assert "ask your cluster manager" in "".join(told(found))
    nothing = check_counted(data, release, case.checkpoint, [])
    assert "had arrived" in "".join(told(nothing))


def test_another_list_than_the_signed_one_is_refused(case: Case) -> None:
    data, _ = case.manifest(2)
    _, release = case.manifest(1)
    with pytest.raises(IntegrityError, match="signed with"):
        check_counted(data, release, case.checkpoint, case.indices)


def test_the_release_stands_on_the_log_this_agent_saw(case: Case) -> None:
    _, release = case.manifest(2)
    key = case.live.service.notary.key.public_key()
    origins = [("elsewhere.example/x/log1", key), (case.live.config.origin, key)]
    seen = Seen(case.checkpoint.size, case.checkpoint.root.hex())
    with HttpTransport(f"http://127.0.0.1:{case.live.port}") as transport:
        assert checkpoint_of(release, origins, seen, transport) == case.checkpoint
        with pytest.raises(IntegrityError):
            checkpoint_of(release, origins, replace(seen, root="ab" * 32), transport)
        with pytest.raises(IntegrityError, match="no log"):
            checkpoint_of(release, origins[:1], seen, transport)
        with pytest.raises(DeliveryError):
            fetch_manifest(transport, release)
        folder = case.live.config.releases / release.name
        folder.mkdir(parents=True)
        (folder / "release.json").write_bytes(b"{}")
        (folder / FILE).write_bytes(b"listed")
        assert fetch_manifest(transport, release) == b"listed"
