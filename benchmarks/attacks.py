"""The attack table: measured success of every attack on our releases, and on the naive figures it was made for.

Usage: python benchmarks/attacks.py [--quick]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from benchmarks.attack_figures import Row, Score, x1_x2, x3, x4, x5, x6, x7, x8
from benchmarks.attack_files import x9, x10, x11, x13, x14, x15, x16

ALL = (x1_x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x13, x14, x15, x16)


def table(rows: Sequence[Row]) -> str:
    def said(score: Score) -> str:
        return f"{score[0]} of {score[1]}" + (f" ({score[0] / score[1]:.0%})" if score[0] else "")

    lines = ["| attack | success is | ours | naive baseline | naive |", "|---|---|---|---|---|"]
    lines += [f"| {r.attack} | {r.what} | {said(r.ours)} | {r.baseline} | {said(r.theirs)} |" for r in rows]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Fewer trials of each.")
    quick = parser.parse_args().quick
    rows = [row for each in ALL for row in each(quick)]
    print(table(rows))
    return 1 if any(row.ours[0] for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
