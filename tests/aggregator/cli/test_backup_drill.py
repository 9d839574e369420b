"""The backup drill of docs/operator.md, its commands taken from the page, on both databases."""

import re
import subprocess
import sys
from pathlib import Path

from aggregating import fresh, running

from aggregator.config import load

PAGE = Path(__file__).parents[3] / "docs" / "operator.md"
PROGRAM = f"{sys.executable} -c 'from aggregator.cli import main; main()'"


def drill() -> list[str]:
    section = PAGE.read_text().partition("## Backup drill\n")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d\. (.*)$", section, re.M)
    assert (len(steps), steps[-1]) == (4, "start the server")
    return [command for step in steps for command in re.findall(r"`shieldwall-aggregator ([^`]+)`", step)]


def test_the_drill_of_the_page(either_database: str, tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    with running(config) as live:
        agent = live.agent()
        signed = [agent.prepare() for _ in range(3)]
        assert [agent.send(one).status for one in signed] == [201] * 3
    typed = []
    for words in drill():
        (copy,) = (tmp_path / "elsewhere").glob("ledger-*.sqlite") if "….sqlite" in words else [Path()]
        line = words.replace("/mnt/elsewhere/ledger-….sqlite", f"{copy} --yes").replace(
            "/mnt/elsewhere", str(copy.parent)
        )
        line = line.replace("--to .", f"--to {tmp_path / 'elsewhere'}")
        done = subprocess.run(
            ["sh", "-c", f"{PROGRAM} --data {config.folder} {line}"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        typed.append(line.split()[0])
    assert typed == ["backup", "restore", "doctor"]
    with running(load(config.folder)) as live:
        agent.port = live.port
        assert agent.send(signed[-1]).status == 200, "known, after the restore"
        assert agent.send(agent.prepare()).status == 201
