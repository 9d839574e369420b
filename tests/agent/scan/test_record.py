import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from agent_sample import RUN, sample_result

from agent.home.config import Home
from agent.home.store import opened
from agent.records import evidence, history
from agent.scan.record import SCHEMAS, keep, past
from shieldwall.messages.commitment import evidence_commitment, verify_opening

KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from agent_sample import sample_result
from agent.records import evidence, history
from agent.home.config import Home
from agent.scan.record import SCHEMAS, past
from agent.home.store import opened, writing
with opened(Home(Path({home!r})), *SCHEMAS) as db, writing(db):
    history.record(db, past(sample_result(), "manual"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_scan_comes_back_with_its_evidence(tmp_path: Path) -> None:
    result, home = sample_result(), Home(tmp_path)
    given = keep(home, result, trigger="manual", scans_kept=10)
    with opened(home, *SCHEMAS) as db:
        run = history.find(db, "latest")
        kept = evidence.of_run(db, RUN)
    assert replace(run, number=0) == past(result, "manual")
    assert run.score() == result.score
    assert kept == given and set(kept) == {item.check.id for item in result.items}
    assert b"10-lab.conf:3" in kept["ssh-root"].evidence


def test_one_item_of_the_evidence_can_be_opened_against_its_commitment(tmp_path: Path) -> None:
    kept = keep(Home(tmp_path), sample_result(), trigger="manual", scans_kept=10)
    items = {check_id: item.evidence for check_id, item in kept.items()}
    commitment = evidence_commitment(items, {check_id: item.salt for check_id, item in kept.items()})
    opening = commitment.openings["ssh-root"]
    assert verify_opening(opening, items["ssh-root"], root=commitment.root, checks=list(items)) == items["ssh-root"]


def test_old_scans_and_their_evidence_are_forgotten_together(tmp_path: Path) -> None:
    home = Home(tmp_path)
    runs = [f"{RUN[:-1]}{digit}" for digit in range(4)]
    for run in runs:
        keep(home, replace(sample_result(), run=run), trigger="schedule", scans_kept=2)
    with opened(home, *SCHEMAS) as db:
        assert [run.run for run in history.recent(db, 9)] == runs[:1:-1]
        assert [bool(evidence.of_run(db, run)) for run in runs] == [False, False, True, True]


def test_a_kill_in_the_middle_leaves_no_half_scan(tmp_path: Path) -> None:
    home = Home(tmp_path)
    keep(home, replace(sample_result(), run=f"{RUN[:-1]}0"), trigger="manual", scans_kept=9)
    script = KILLED.format(tests=str(Path(__file__).parents[2]), home=str(tmp_path))
    root = str(Path(__file__).parents[3])
    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == -9
    with opened(home, *SCHEMAS) as db:
        assert [run.run for run in history.recent(db, 9)] == [f"{RUN[:-1]}0"]
    keep(home, sample_result(), trigger="manual", scans_kept=9)
    with opened(home, *SCHEMAS) as db:
        assert history.find(db, "latest").run == RUN
