"""What the bands cost in truth: mean error and regret against the floor, cluster size by cluster size."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent / "tests")]

from simulated import FLOOR, utility


def main() -> int:
    print("| n | error, points | at most | regret, points | at most |\n|---|---|---|---|---|")
    short = 0
    for n, (most_error, most_regret) in FLOOR.items():
        error, regret = utility(n, trials=1_500)
        print(f"| {n} | {error:.2f} | {1.2 * most_error:.2f} | {regret:.2f} | {1.2 * most_regret:.2f} |")
        short += error > 1.2 * most_error or regret > 1.2 * most_regret
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
