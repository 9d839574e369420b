"""Independent judges of the gate's enumeration: plain loops over every firm's every answer, and over atoms."""

from collections.abc import Sequence
from itertools import combinations, product

from aggregator.disclosure.worlds import Row


def rows_of(spec: dict[tuple[int, ...], int], w: int) -> list[Row]:
    """Membership pattern over the rows -> number of such firms, as rows."""
    firms = {pattern: [f"{pattern}{i}" for i in range(size)] for pattern, size in spec.items()}
    many = len(next(iter(spec)))
    return [Row(frozenset(f for p, listed in firms.items() if p[t] for f in listed), w) for t in range(many)]


def band(count: int, n: int, w: int) -> int:
    return min(count // w, (n + 1) // w - 1)


def exposed_by_answers(rows: Sequence[Row], k: int) -> bool:
    """Every answer of every firm, every coalition of exactly the sizes up to k: is any other firm's answer certain?"""
    frames = [row for row in rows if (len(row.members) + 1) // row.w >= 2]
    firms = sorted(frozenset[str]().union(*(row.members for row in frames))) if frames else []
    worlds = []
    for values in product((0, 1), repeat=len(firms)):
        world = dict(zip(firms, values, strict=True))
        outcome = tuple(band(sum(world[f] for f in row.members), len(row.members), row.w) for row in frames)
        worlds.append((values, outcome))
    for size in range(k + 1):
        for coalition in combinations(range(len(firms)), size):
            seen: dict[object, list[set[int]]] = {}
            for values, outcome in worlds:
                key = (outcome, tuple(values[i] for i in coalition))
                sets = seen.setdefault(key, [set() for _ in firms])
                for place, value in enumerate(values):
                    sets[place].add(value)
            for sets in seen.values():
                if any(len(s) == 1 for place, s in enumerate(sets) if place not in coalition):
                    return True
    return False


def exposed_by_atoms(sizes: Sequence[int], patterns: Sequence[tuple[int, ...]], w: int, k: int) -> bool:
    """The same over counts of exchangeable firms, without any reduction: dictionaries and loops."""
    many = len(patterns[0])
    ns = [sum(s for s, p in zip(sizes, patterns, strict=True) if p[t]) for t in range(many)]
    for held in product(*(range(min(size, k) + 1) for size in sizes)):
        if sum(held) > k:
            continue
        rest = [size - c for size, c in zip(sizes, held, strict=True)]
        for known in product(*(range(c + 1) for c in held)):
            seen: dict[tuple[int, ...], list[tuple[int, int]]] = {}
            for world in product(*(range(r + 1) for r in rest)):
                counts = [
                    sum(x + s for x, s, p in zip(world, known, patterns, strict=True) if p[t]) for t in range(many)
                ]
                outcome = tuple(band(c, n, w) for c, n in zip(counts, ns, strict=True))
                old = seen.get(outcome)
                now = (
                    [(x, x) for x in world]
                    if old is None
                    else [(min(lo, x), max(hi, x)) for (lo, hi), x in zip(old, world, strict=True)]
                )
                seen[outcome] = now
            for spans in seen.values():
                for (low, high), r in zip(spans, rest, strict=True):
                    if r and (high == 0 or low == r):
                        return True
    return False
