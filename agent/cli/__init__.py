"""`shieldwall`: the commands by name, none imported before it is asked for, and how errors become exit codes."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from agent.cli.group import CommandGroup
from agent.cli.registry import COMMANDS
from agent.cli.session import Session


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The console script."""
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    arguments = list(sys.argv[1:] if argv is None else argv)
    code = run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        code = PIPE_CLOSED
    except OSError as error:
        Session().complain(f"could not write the result: {error.strerror}; free space, or use --output")
        _drop_output()
        code = code or UNWRITTEN
    sys.exit(code)


YOUNG_OBJECTS = 100_000
"""A command lives for seconds and makes few cycles; looking for them at every 700 objects takes 8 % of a scan."""
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What a shell reports of a program that was writing when its reader left."""
UNWRITTEN = 74
"""EX_IOERR of sysexits.h."""
DEFECT = 3
DISK_TROUBLES = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG, errno.EROFS)


def run(arguments: Sequence[str]) -> int:
    """One command line, to its exit code. Writes what went wrong to standard error."""
    import click

    from shieldwall.errors import ShieldwallError

    command, session = CommandGroup(COMMANDS), Session()
    try:
        answer = command.main(args=list(arguments), prog_name="shieldwall", standalone_mode=False, obj=session)
        return answer if isinstance(answer, int) else 0
    except (KeyboardInterrupt, click.Abort):
        session.complain("interrupted; what was finished before is kept")
        return INTERRUPTED
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except ShieldwallError as error:
        session.complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in DISK_TROUBLES and error.filename is None:
            return _defect(error, arguments, session)
        session.complain(f"{error.filename or 'the result could not be written'}: {error.strerror}")
        _drop_output()
        return UNWRITTEN
    except Exception as error:
        return _defect(error, arguments, session)


def _defect(error: Exception, arguments: Sequence[str], session: Session) -> int:
    from agent.cli.defect import write_report

    path = write_report(error, arguments, dict(os.environ))
    where = f"a report without your data is in {path}" if path else "no report could be written"
    session.complain(f"internal defect, not your mistake ({type(error).__name__}); {where}")
    return DEFECT


def _drop_output() -> None:
    """Nobody reads on; the interpreter must not complain of that once more at exit."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    os.close(sink)
