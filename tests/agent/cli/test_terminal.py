"""What only happens at a terminal: questions, colour, progress, Ctrl-C."""

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.home.config import Home
from agent.home.store import opened
from agent.records import answers
from agent.scan.record import SCHEMAS
from shieldwall.packs.pack import load_pack

ROOT = Path(__file__).parents[3]
MAIN = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from agent.cli import main; main()"


def _at_a_terminal() -> None:
    os.close(os.open(os.ttyname(0), os.O_RDWR))  # becomes the controlling terminal
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite started in the background has it ignored


class Terminal:
    """The program on a terminal of 80 columns, and the person who reads and types."""

    def __init__(self, home: Path, *args: str, **env: str) -> None:
        self.master, slave = pty.openpty()
        environ = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CI")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *args], stdin=slave, stdout=slave, stderr=slave, cwd="/",
            start_new_session=True,
            preexec_fn=_at_a_terminal,
            env={**environ, "SHIELDWALL_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "80", **env},
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def read(self, until: str = "") -> str:
        """Everything shown until these words, or to the end."""
        while not until or until not in self.seen:
            if not select.select([self.master], [], [], 60)[0]:
                raise TimeoutError(self.seen)
            try:
                chunk = os.read(self.master, 4096)
            except OSError:  # the other side is closed
                chunk = b""
            if not chunk:
                break
            self.seen += chunk.decode()
        out, self.seen = self.seen, ""
        return out

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C, again while nothing happens: between a prompt and the read below it the first one is not heard."""
        for _ in range(60):
            self.type("\x03")
            try:
                self.process.wait(1)
            except subprocess.TimeoutExpired:
                continue
            return

    def end(self) -> tuple[int, str]:
        rest = self.read()
        os.close(self.master)
        return self.process.wait(60), rest


@pytest.fixture
def home(tmp_path: Path) -> Path:
    load_pack(tmp_path / "cache")
    return tmp_path


def kept(home: Path) -> dict[str, tuple[str, str, str]]:
    with opened(Home(home), *SCHEMAS) as db:
        return {name: (a.word.value, a.by, a.note) for name, a in answers.current(db).items()}


def test_questions_are_asked_kept_one_by_one_and_taken_up_again(home: Path) -> None:
    ask = ("answer", "--policy", "all", "backup-restore-tested", "org-policy-written")
    first = Terminal(home, *ask)
    first.read("Your name")
    first.type("Anna Weber\n")
    assert "Question 1 of 2" in first.read("[q]uit")
    first.type("p\n")
    first.read("Note")
    first.type("two of three\n")
    assert "Question 2 of 2" in first.read("[q]uit")
    first.interrupt()
    code, rest = first.end()
    assert code == 130 and "interrupted; what was finished before is kept" in rest
    ((name, answer),) = kept(home).items()
    assert answer == ("partly", "Anna Weber", "two of three")

    second = Terminal(home, "answer", "--policy", "all", "--by", "Bo")
    assert f"· {name}" not in second.read("[q]uit")
    second.type("x\n")
    assert "is not one of" in second.read("[q]uit:")
    second.type("q\n")
    assert second.end()[0] == 0 and len(kept(home)) == 1


@pytest.mark.parametrize(("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_that_want_it(home: Path, env: dict[str, str], coloured: bool) -> None:
    code, text = Terminal(home, "scan", "--only", "org-policy-written", "--quiet", **env).end()
    assert code == 2 and ("\x1b[" in text) is coloured


def test_progress_is_shown_while_looking_and_leaves_the_screen(home: Path) -> None:
    code, text = Terminal(home, "scan", "--only", "org-policy-written").end()
    assert code == 2 and "looked at attest" in text
