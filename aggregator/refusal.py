"""A message the cluster does not take, as one of the protocol's problems."""

from __future__ import annotations

from shieldwall.errors import RefusedError
from shieldwall.messages.problem import Problem, ProblemType


class Refusal(RefusedError):
    """problem      what the sender is told, and nothing more
    retry_after  seconds the sender should wait, 0 when that would not help
    """

    def __init__(self, problem: Problem, *, retry_after: int = 0) -> None:
        self.problem, self.retry_after = problem, retry_after
        super().__init__(problem.title)


def refuse(kind: ProblemType, *, retry_after: int = 0, pointer: str = "") -> Refusal:
    return Refusal(Problem(kind, pointer=pointer), retry_after=retry_after)
