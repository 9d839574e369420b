"""Whatever happens in whatever order, in the end everything was said once, in order, or named in a gap."""

import shutil
import tempfile
import uuid
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from joined import MACHINE, draft
from simulator import Cluster

from agent.delivery.deliver import Delivery, Rim, deliver
from agent.delivery.outbox import SCHEMA, Outbox, Sort, State
from agent.delivery.transport import Answer
from agent.home.config import Home
from agent.home.identity import load_identity
from agent.home.store import opened
from agent.membership.enrol import join
from shieldwall.encoding import canonical
from shieldwall.errors import DeliveryError, IntegrityError
from shieldwall.messages.problem import Problem, ProblemType

FAULTS = ("lost after", "lost before", "page before", "page after", "half", "busy", "refused")


class Wire:
    """The cluster without sockets, spoiled in the ways a network can spoil it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.faults = cluster, list[str]()

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        return self._ask("POST", path, body)

    def get(self, path: str, most: int = 65_536) -> Answer:
        return self._ask("GET", path, b"")

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost before":
            raise DeliveryError("nobody there")
        if fault in ("busy", "refused") and method == "POST":
            problem = Problem(ProblemType.UNAVAILABLE if fault == "busy" else ProblemType.SCHEMA)
            return Answer(problem.status, problem.encode())
        if fault == "page before":
            return Answer(502, b"<html>")
        status, _, answer = self.cluster.answer(method, path, body)
        if fault == "lost after":
            raise DeliveryError("nobody there any more")
        if fault == "page after":
            return Answer(200, b"<html>")
        return Answer(status, answer[: len(answer) // 2] if fault == "half" else answer)


class Conversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = tempfile.mkdtemp()
        self.stack.callback(shutil.rmtree, folder)
        self.cluster = Cluster()
        self.wire = Wire(self.cluster)
        home = Home(Path(folder) / "home")
        join(home, self.cluster.invite("http://127.0.0.1:1"), MACHINE, self.wire, b"n" * 32)
        self.who = load_identity(home, MACHINE)
        self.db = self.stack.enter_context(opened(home, SCHEMA))
        self.outbox = Outbox(self.db, self.who, most=2)
        (self.member,) = self.cluster.members.values()
        self.placed: list[str] = []

    def teardown(self) -> None:
        try:
            self.wire.faults.clear()
            for _ in range(len(self.placed) + 3):
                failure = self.say().failure
                if failure is None and not self.outbox.items(State.WAITING):
                    break
            self.settled()
        finally:
            self.stack.close()

    def say(self) -> Delivery:
        rim = Rim(self.wire, lambda: 1_800_000_000, lambda: 0.5, lambda: str(uuid.uuid4()))
        return deliver(self.outbox, self.who.enrolment, rim)

    @rule(count=st.integers(1, 4))
    def audits(self, count: int) -> None:
        for _ in range(count):
            made = draft()
            self.placed.append(self.outbox.place(made.run.id, made.at, 0).digest)

    @rule(faults=st.lists(st.sampled_from(FAULTS), max_size=4))
    def speaks(self, faults: list[str]) -> None:
        self.wire.faults = faults
        self.say()
        self.wire.faults.clear()

    @precondition(lambda self: self.placed)
    @rule()
    def time_passes(self) -> None:
        self.outbox.free(2_000_000_000)

    @invariant()
    def a_seq_has_one_content(self) -> None:
        rows = [item for item in self.outbox.items(*State) if item.sort is Sort.STATEMENT]
        assert [row.digest for row in rows] == self.placed
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.prev for row in rows] == [self.who.enrolment.head, *self.placed][: len(rows)]

    @invariant()
    def nothing_arrives_twice(self) -> None:
        arrived = [canonical.digest(payload) for payload in self.member.statements]
        assert len(arrived) == len(set(arrived))
        assert [digest for digest in self.placed if digest in set(arrived)] == arrived

    @invariant()
    def a_receipt_means_that_it_arrived(self) -> None:
        arrived = {canonical.digest(payload) for payload in self.member.statements}
        delivered = [i for i in self.outbox.items(State.DELIVERED) if i.sort is Sort.STATEMENT]
        assert {item.digest for item in delivered} <= arrived

    def settled(self) -> None:
        """Everything before the last statement that arrived is there or stands in a gap, each once."""
        assert self.outbox.head().blocked is None
        arrived = [canonical.digest(payload) for payload in self.member.statements]
        named = [digest for gap in self.member.gaps for digest in gap.digests]
        reached = self.placed[: self.member.seq - 1]
        assert sorted(arrived + named) == sorted(reached)
        left = self.outbox.items(State.WAITING)
        assert left == []
        rest = {item.digest: item.state for item in self.outbox.items(*State)}
        assert all(rest[digest] in (State.DROPPED, State.QUARANTINED) for digest in self.placed[self.member.seq - 1 :])
        seen = self.outbox.head().seen
        assert seen is not None
        assert self.cluster.tree.root(seen.size).hex() == seen.root


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=40, stateful_step_count=12, deadline=None)


def test_the_wire_can_break() -> None:
    """The faults above are real: an answer cut in half is neither a receipt nor a problem."""
    wire = Wire(Cluster())
    wire.faults = ["half"]
    answer = wire.get("/v1/log/checkpoint")
    assert answer.status == 200
    try:
        canonical.decode(answer.body)
    except IntegrityError:
        return
    raise AssertionError("half a checkpoint was read as JSON")


def test_a_drop_of_what_had_arrived_is_no_fork() -> None:
    """Found by the machine above: the receipt was lost, the outbox overflowed, the gap met a server that was ahead."""
    talk = Conversation()
    talk.audits(count=1)
    talk.speaks(faults=["lost after"])
    talk.audits(count=4)
    assert [item.seq for item in talk.outbox.items(State.DROPPED)] == [1, 2, 3]
    talk.teardown()
    assert [gap.position.seq for gap in talk.member.gaps] == [2]


def test_a_refusal_of_what_had_arrived_is_no_fork() -> None:
    talk = Conversation()
    talk.audits(count=2)
    talk.speaks(faults=["lost after"])
    talk.speaks(faults=["refused"])
    talk.teardown()
    assert talk.member.gaps == []
    assert len(talk.member.statements) == 2
