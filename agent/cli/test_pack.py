"""`shieldwall test-pack`"""

from __future__ import annotations

from pathlib import Path

import click

from agent.cli.session import session


@click.command("test-pack")
@click.argument("targets", nargs=-1, metavar="[ID|FILE]...")
@click.option("--verbose", "-v", is_flag=True, help="List the examples that hold, too.")
def test_pack(targets: tuple[str, ...], verbose: bool) -> int:
    """Run the examples in check files; without arguments, of the whole library. Exits with 1 when one does not hold."""
    from agent.authoring.library_check import read_check, run_examples
    from agent.cli.output import put
    from agent.cli.scan import known_ids

    here = session()
    pack = here.pack()
    files = [target for target in targets if target.endswith((".yaml", ".yml"))]
    ids = [target for target in targets if target not in files]
    known_ids(pack, ids)
    checks = [*(read_check(Path(file)) for file in files), *(pack.check(check_id) for check_id in ids)]
    runs = [run for check in (checks or pack.all_checks()) for run in run_examples(check)]
    broken = [run for run in runs if not run.holds]
    for run in runs if verbose else broken:
        word = "ok  " if run.holds else "FAIL"
        put(f"{word} {run.check.id} example {run.number}: says {run.expected}, gives {run.got}\n")
    here.tell(f"{len(runs)} examples, {len(broken) or 'none'} broken")
    return 1 if broken else 0
