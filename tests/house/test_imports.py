"""The direction of imports, and what a start may cost."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["requests", "nmap", "dns", "sqlite_utils", "rich", "re2", "numpy", "sqlalchemy", "starlette", "weasyprint"]


def test_layers_hold() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("program", ["agent.cli", "aggregator.cli"])
@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_is_light(program: str, argument: str) -> None:
    code = (
        f"import sys; sys.argv = ['program', {argument!r}]\n"
        f"from {program} import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"heavy = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_nobody_else_owns_our_import_names() -> None:
    owners = packages_distributions()
    for name in ("agent", "aggregator", "shieldwall"):
        assert set(owners.get(name, ["shieldwall"])) == {"shieldwall"}, owners.get(name)
