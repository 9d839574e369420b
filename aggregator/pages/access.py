"""Who may see which page. Every route names its least access, and the door asks before the page does anything."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from aggregator.people.persons import Person, Role
from aggregator.people.sessions import Session


class Access(Enum):
    OPEN = "anybody"
    HALF = "whoever gave a password, to set up the second step"
    READER = "reader"
    OPERATOR = "operator"
    MANAGER = "manager"

    def allows(self, person: Person | None, session: Session | None) -> bool:
        match self:
            case Access.OPEN:
                return True
            case Access.HALF:
                return person is not None and session is not None
            case Access.READER | Access.OPERATOR | Access.MANAGER:
                whole = person is not None and session is not None and session.whole
                return whole and person is not None and person.role.may(Role(self.value))
            case _ as never:
                assert_never(never)
