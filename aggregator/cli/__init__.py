"""`shieldwall-aggregator`: the commands by name, and how errors become exit codes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
UNWRITTEN: Final = 74
USAGE: Final = 2
DEFECT: Final = 3
AWAY: Final = ("OperationalError", "DatabaseError")
UNWRITABLE: Final = (errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EACCES, errno.EPERM)
MEND_DATABASE: Final = "Type `shieldwall-aggregator doctor`; it says whether a backup is needed."
MEND_DISK: Final = "Make room or make it writable, then try again: nothing is half done."


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The console script."""
    os.umask(0o077)
    code = run(list(sys.argv[1:] if argv is None else argv))
    try:
        sys.stdout.flush()
    except OSError:
        # Nobody reads on; the interpreter must not complain of that once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or PIPE_CLOSED
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """One command line, to its exit code. Writes what went wrong to standard error."""
    import click

    from aggregator.cli.group import CommandGroup
    from aggregator.cli.registry import COMMANDS
    from shieldwall.errors import ShieldwallError

    try:
        answer = CommandGroup(COMMANDS).main(
            args=list(arguments), prog_name="shieldwall-aggregator", standalone_mode=False
        )
        return answer if isinstance(answer, int) else 0
    except (KeyboardInterrupt, click.Abort):
        _complain("interrupted")
        return INTERRUPTED
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except ShieldwallError as error:
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        return PIPE_CLOSED
    except Exception as error:
        if _of_the_database(error):
            _complain(f"the database cannot be used: {getattr(error, 'orig', error)}. {MEND_DATABASE}")
            return UNWRITTEN
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            _complain(f"cannot write {error.filename or 'a file'}: {error.strerror}. {MEND_DISK}")
            return UNWRITTEN
        return _defect(error, arguments)


def _of_the_database(error: Exception) -> bool:
    """Full, read-only, damaged or away: told by name, as importing the driver would make `--help` slow."""
    return type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ in AWAY


def _defect(error: Exception, arguments: Sequence[str]) -> int:
    from aggregator.cli.defect import write_report

    place = write_report(error, arguments)
    where = f"a report is in {place}" if place else "no report could be written"
    _complain(f"internal defect, not your mistake ({type(error).__name__}); {where}")
    return DEFECT


def _complain(message: str) -> None:
    sys.stderr.write(f"shieldwall-aggregator: {message}\n")
