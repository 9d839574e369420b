"""Any answer at all to an agent that joins, submits and asks for proofs: it says what is wrong and keeps everything.

Whatever it was told, it then delivers each statement once to the honest cluster.
"""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from pathlib import Path

from damaging import FUZZ, damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
from shieldwall.errors import DeliveryError, ShieldwallError
from shieldwall.messages.problem import Problem, ProblemType

quick = settings(
    max_examples=FUZZ, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
STATUS = st.sampled_from(
    [200, 201, 202, 204, 301, 400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503]
) | st.integers(100, 599)
RETRY = st.none() | st.integers(0, 10**9)


class Wire:
    """The honest cluster, except for answers that are drawn."""

    def __init__(self, cluster: Cluster, data: st.DataObject) -> None:
        self.cluster, self._data, self.lying = cluster, data, True

    def post(self, path: str, body: bytes, content_type: str) -> Answer:
        return self._ask("POST", path, body)

    def get(self, path: str, most: int = 65_536) -> Answer:
        return self._ask("GET", path, b"")

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        draw = self._data.draw
        if self.lying and draw(st.booleans()):
            # The cluster never saw it, or saw it and the answer is what somebody made of it.
            if draw(st.booleans()):
                raise DeliveryError("nobody there")
            return Answer(draw(STATUS), draw(damaged(self._sample(method, path, body))), draw(RETRY))
        status, _, answer = self.cluster.answer(method, path, body)
        return Answer(status, answer)

    def _sample(self, method: str, path: str, body: bytes) -> bytes:
        if self._data.draw(st.booleans()):
            return self.cluster.answer(method, path, body)[2]
        # A problem that would end the conversation is the cluster's to say; what is damaged here is not signed by it.
        return Problem(
            self._data.draw(st.sampled_from([ProblemType.UNAVAILABLE, ProblemType.RATE_LIMITED])), 3
        ).encode()


@quick
@given(data=st.data())
def test_an_agent_told_anything_says_everything_once(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cluster, home = Cluster(), Home(Path(folder) / "home")
        wire, invitation = Wire(cluster, data), cluster.invite("http://127.0.0.1:1")
        for attempt in range(4):
            wire.lying = attempt < 3
            with contextlib.suppress(ShieldwallError):
                join(home, invitation, MACHINE, wire, b"n" * 32)
                break
        who = load_identity(home, MACHINE)
        with opened(home, SCHEMA) as connection:
            box = Outbox(connection, who)
            placed = []

            def say() -> Delivery:
                rim = Rim(wire, lambda: 1_800_000_000, lambda: 0.5, lambda: str(uuid.uuid4()))
                return deliver(box, who.enrolment, rim)

            for _ in range(3):
                made = draft()
                placed.append(box.place(made.run.id, made.at, 1_800_000_000).digest)
                wire.lying = True
                with contextlib.suppress(ShieldwallError):
                    say()
            wire.lying = False
            for _ in range(6):
                if not box.items(State.WAITING) or say().failure is None:
                    continue
            (member,) = cluster.members.values()
            arrived = [canonical.digest(payload) for payload in member.statements]
            assert len(set(arrived)) == len(arrived), "nothing twice"
            named = [digest for gap in member.gaps for digest in gap.digests]
            states = {item.digest: item.state for item in box.items(*State) if item.sort is Sort.STATEMENT}
            lost = [d for d in placed if d not in arrived and d not in named and states[d] is not State.QUARANTINED]
            assert not lost or box.head().blocked is not None, (
                "everything arrived, stands in a gap, or is held and said"
            )
            assert {d for d, state in states.items() if state is State.DELIVERED} <= set(arrived)
