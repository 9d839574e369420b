"""Every error a user can meet.

ShieldwallError                 exit  3   internal defect, base of all
|- UsageError                         2   the command line asks for something that does not exist
|- ConfigError                       78   a configuration file is wrong or missing
|  |- PackError                      78   a check or policy file is wrong: file, line, key, what to write instead
|- DeliveryError                      4   not delivered now, kept in the outbox
|- RefusedError                       5   the cluster said no, and will again until something changes
|- IntegrityError                     5   a signature, proof, digest or chain does not hold
|  |- SchemaError                      5   a message of the protocol has a member too many, too few or of the wrong form
"""

from __future__ import annotations


class ShieldwallError(Exception):
    """A message says what happened, to what, and what to type next."""

    exit_code = 3


class UsageError(ShieldwallError):
    exit_code = 2


class ConfigError(ShieldwallError):
    exit_code = 78


class PackError(ConfigError):
    """A check or policy file that cannot be used.

    file   path as the user knows it
    line   1-based, 0 when the whole file is meant
    key    dotted path of the offending key, "" when none
    """

    def __init__(self, message: str, *, file: str = "", line: int = 0, key: str = "") -> None:
        self.file, self.line, self.key = file, line, key
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{where}{key + ': ' if key else ''}{message}")


class DeliveryError(ShieldwallError):
    exit_code = 4


class RefusedError(ShieldwallError):
    exit_code = 5


class IntegrityError(RefusedError):
    """Raised by every verification that fails; verification never answers with a bool."""


class SchemaError(IntegrityError):
    """pointer: RFC 6901 JSON pointer of the offending member, "" for the whole document."""

    def __init__(self, message: str, *, pointer: str = "") -> None:
        self.pointer = pointer
        super().__init__(f"{pointer or '/'}: {message}")
