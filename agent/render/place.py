"""Where a host stands among the firms of its cluster, as one page for the firm: made at home, shown to whom it likes.

A bar is an interval of firms and belongs to the cluster; what belongs to this host stands beside it in words, never as
a point on the bar, for a host is no firm and nobody knows a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Final

from agent.comparison.benchmark import Benchmark, Place
from agent.records.history import PastItem
from agent.render.html import _block, _prose, _text, framed
from agent.render.html_style import CSS
from agent.render.summary import EFFORT_COST, FIRST_FIXES, percent
from shieldwall.checks.check import Check
from shieldwall.checks.judgement import FAMILIES
from shieldwall.checks.outcome import Outcome
from shieldwall.language import gettext as _
from shieldwall.language import ngettext
from shieldwall.published.courses import Courses
from shieldwall.published.release import LINE, Figure, Kind, Release

MORE: Final = """
.bands { table-layout: fixed; } .bands caption { text-align: left; padding: 1rem 0 .3rem; }
.band { fill: var(--cool); } .own b { white-space: nowrap; }
.ends { display: flex; justify-content: space-between; font-weight: 400; color: var(--soft); }
.bands th.own { width: 16%; } .bands th.n { width: 24%; } .bands .n { text-align: left; }
.bands th.bar { width: 30%; } .bands .bar { padding-right: 1.2rem; }
.counted { border: 1px solid var(--line); border-left: .3rem solid var(--good); border-radius: .4rem;
  padding: .5rem 1rem; margin: 1rem 0; } .counted.not { border-left-color: var(--warn); }
.steps li { margin: .6rem 0; break-inside: avoid; } tr { break-inside: avoid; }
@media (max-width: 40rem) { .bands td.bar { display: block; } .bands thead { position: absolute; left: -100rem; }
  .bands tr { display: grid; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .bands th, .bands td, .bands td.own, .bands td.bar, .bands td.n { border: 0; padding: .1rem 0; width: auto;
    white-space: normal; } td.own::before { content: attr(data-head) ": "; color: var(--soft); } }
"""


@dataclass(frozen=True, slots=True)
class Step:
    check: Check
    item: PastItem


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything on the page."""

    benchmark: Benchmark
    steps: tuple[Step, ...]
    """Failing here, most weight for the least work first."""
    topics: dict[str, int]
    """Training topic -> how many checks that fail here it teaches."""
    courses: Courses | None
    counted: tuple[str, ...]
    """What the receipts and the cluster's list tell of inclusion, in words."""
    included: bool
    made: datetime


def standing(
    benchmark: Benchmark, checks: dict[str, Check], courses: Courses | None, counted: Sequence[str], included: bool,
    made: datetime,
) -> Standing:  # fmt: skip
    """checks   of the pack in use, by id; those that the scan had and it has not are left out"""
    failing = [Step(checks[i.id], i) for i in benchmark.run.items if i.outcome is Outcome.FAIL and i.id in checks]
    topics: dict[str, int] = {}
    for step in failing:
        if step.check.training_topic:
            topics[step.check.training_topic] = topics.get(step.check.training_topic, 0) + 1
    worth = [step for step in failing if step.item.weight and not step.item.waived]
    worth.sort(key=lambda s: (-Fraction(s.item.weight, EFFORT_COST[s.check.effort]), -s.item.weight, s.check.id))
    return Standing(benchmark, tuple(worth[:FIRST_FIXES]), topics, courses, tuple(counted), included, made)


def page(shown: Standing) -> str:
    """One self-contained page. Pure: no socket, no file, no clock."""
    title = _("Where this host stands among the firms of %(cluster)s") % {"cluster": shown.benchmark.release.cluster}
    return framed(title, "\n".join(part for part in _parts(shown, title) if part), CSS + MORE)


def _parts(shown: Standing, title: str) -> Iterator[str]:
    benchmark, release = shown.benchmark, shown.benchmark.release
    yield _head(shown, title)
    yield _inclusion(shown)
    yield _cards(benchmark)
    if release.yardsticks:
        yield _yardsticks(release)
    else:
        yield _bands(benchmark, "measured", _("Measured by the agent"))
        yield _bands(benchmark, "attested", _("Answered by people"))
    yield _steps(shown)
    yield _courses(shown)
    yield _limits(release)


def _head(shown: Standing, title: str) -> str:
    release, run = shown.benchmark.release, shown.benchmark.run
    facts = _(
        "Release %(name)s of %(day)s, %(n)s firms, signature verified. Audit of this host of %(scan)s UTC, policy "
        "%(policy)s."
    ) % {
        "name": release.name, "day": release.published[:10], "n": release.cohort.n,
        "scan": f"{run.finished:%Y-%m-%d %H:%M}", "policy": run.policy,
    }  # fmt: skip
    home = _("Worked out on this host. Nothing about its result was sent to make this page.")
    other = ""
    if not shown.benchmark.same_pack:
        words = _("The release was judged by other checks than yours (%(pack)s); only those in both are compared.")
        other = f'<p class="meta">{_text(words % {"pack": f"{release.pack.name} {release.pack.version}"})}</p>'
    return f'<h1>{_text(title)}</h1><p class="meta">{_text(facts)}</p><p><b>{_text(home)}</b></p>{other}'


def _inclusion(shown: Standing) -> str:
    if not shown.counted:
        return ""
    lines = "".join(f"<p>{_text(line)}</p>" for line in shown.counted)
    return f'<div class="counted{"" if shown.included else " not"}">{lines}</div>'


def _cards(benchmark: Benchmark) -> str:
    cards = []
    for each in benchmark.scores:
        how = _("measured") if each.scores.kind == "measured" else _("answered")
        figure, line = each.scores.figures[0], each.scores.lines[0]
        own = percent(each.own)
        words = _("of 100 on this host, %(how)s; of %(n)s firms, %(interval)s score below %(line)s")
        told = words % {"how": how, "n": figure.n, "interval": _interval(figure), "line": line}
        cards.append(f'<div class="card"><b>{_text(own)}</b>{_text(told)}</div>')
    failing = sum(item.outcome is Outcome.FAIL for item in benchmark.run.items)
    words = ngettext("check fails on this host", "checks fail on this host", failing)
    cards.append(f'<div class="card"><b>{failing}</b>{_text(words)}</div>')
    return f'<div class="cards">{"".join(cards)}</div>'


def _bands(benchmark: Benchmark, kind: Kind, title: str) -> str:
    themes = [each for each in benchmark.themes if each.figure.kind == kind]
    checks = [each for each in benchmark.checks if each.figure.kind == kind and each.own is Outcome.FAIL]
    checks.sort(key=lambda each: (-each.figure.weight, each.figure.id))
    if not themes and not checks:
        return ""
    about = _(
        "A bar spans every number of firms that is possible; the true one is somewhere in it and nobody can say where. "
        "Beside it stands this one host, which is not a firm and so has no place on the bar."
    )
    failing = _("Checks that fail on this host")
    need = _("Themes (a firm needs action when its score is below %(line)s %%)") % {"line": LINE}
    return (
        f'<section><h2>{_text(title)}</h2><p class="soft">{_text(about)}</p>'
        f"{_table(need, themes)}{_table(failing, checks)}</section>"
    )


def _table(caption: str, places: Sequence[Place]) -> str:
    if not places:
        return ""
    n = places[0].figure.n
    rows = "".join(_row(each) for each in places)
    subject, need, here = _("Subject"), _("Firms that need action"), _("This host")
    return (
        f'<table class="bands"><caption class="soft">{_text(caption)}</caption><thead><tr><th scope="col">'
        f'{_text(subject)}</th><th class="bar" scope="col"><span class="ends"><span>0</span>'
        f'<span>{n}</span></span></th><th scope="col">{_text(need)}</th>'
        f'<th class="own" scope="col">{_text(here)}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _row(each: Place) -> str:
    figure = each.figure
    told = _("%(interval)s of %(n)s") % {"interval": _interval(figure), "n": figure.n}
    here, (word, tone) = _("This host"), _own(each.own)
    return (
        f'<tr><th scope="row">{_text(_(figure.title))}</th><td class="bar">{_bar(figure)}</td>'
        f'<td class="n">{_text(told)}</td><td class="own" data-head="{_text(here)}">'
        f'<b class="{tone}">{_text(word)}</b></td></tr>'
    )


def _bar(figure: Figure) -> str:
    """From low to high, both included, on a scale of the cohort."""
    left = Fraction(figure.low * 100, figure.n + 1)
    wide = Fraction((figure.high - figure.low + 1) * 100, figure.n + 1)
    return (
        '<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" '
        f'height="6"/><rect class="band" x="{float(left):.2f}" width="{float(wide):.2f}" height="6"/></svg>'
    )


def _interval(figure: Figure) -> str:
    if figure.low == 0:
        return _("at most %(high)s") % {"high": figure.high}
    if figure.high == figure.n:
        return _("at least %(low)s") % {"low": figure.low}
    return _("between %(low)s and %(high)s") % {"low": figure.low, "high": figure.high}


def _own(outcome: Outcome | None) -> tuple[str, str]:
    if outcome is Outcome.FAIL:
        return _("needs action"), "bad"
    if outcome is Outcome.PASS:
        return _("in order"), "good"
    return (_("not concerned"), "") if outcome is Outcome.NOT_APPLICABLE else (_("not known"), "warn")


def _yardsticks(release: Release) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_text(_(stick.title))}</th><td class="n">{stick.per_hundred}</td>'
        f'<td class="soft">{_text(f"{_(stick.population)}; {stick.source} {stick.year}. {_(stick.caveat)}")}</td></tr>'
        for stick in release.yardsticks
    )
    about = _("%(n)s firms are too few for figures that reveal none of them: %(reason)s") % {
        "n": release.cohort.n, "reason": release.gate.reason,
    }  # fmt: skip
    title, firms, share = _("Firms elsewhere"), _("Firms that …"), _("Of 100 firms")
    asked = _("Who was asked, and what differs")
    return (
        f'<section><h2>{_text(title)}</h2><p>{_text(about)}</p><table><thead><tr><th scope="col">'
        f'{_text(firms)}</th><th class="n" scope="col">{_text(share)}</th>'
        f'<th scope="col">{_text(asked)}</th></tr></thead><tbody>{rows}</tbody></table>'
        "</section>"
    )


def _steps(shown: Standing) -> str:
    rows = []
    for step in shown.steps:
        fix = step.check.fix_for(FAMILIES.get(shown.benchmark.run.family, FAMILIES["any"]) - {"any"})
        code = f"<pre>{_block(fix.snippet)}</pre>" if fix and fix.snippet else ""
        effort = _("%(effort)s, weight %(weight)s") % {"effort": _(step.check.effort), "weight": step.item.weight}
        rows.append(
            f'<li><b>{_text(_(step.check.title))}</b> <span class="soft">({_text(effort)})</span>'
            f"<p>{_prose(_(fix.text) if fix else '')}</p>{code}</li>"
        )
    if not rows:
        title, about = _("Next steps"), _("Nothing with weight fails here.")
        return f"<section><h2>{_text(title)}</h2><p>{_text(about)}</p></section>"
    title = ngettext("The next small step", "The next %(count)s small steps", len(rows)) % {"count": len(rows)}
    about = _("Most weight for the least work, of what fails on this host.")
    head = f'<h2>{_text(title)}</h2><p class="soft">{_text(about)}</p>'
    return f'<section>{head}<ol class="steps">{"".join(rows)}</ol></section>'


def _courses(shown: Standing) -> str:
    listed = shown.courses.courses if shown.courses else ()
    coming = [each for each in listed if not each.past(f"{shown.made:%Y-%m-%d}")]
    coming.sort(key=lambda each: (-shown.topics.get(each.topic, 0), not each.day, each.day))
    rows = []
    for each in coming:
        here = shown.topics.get(each.topic, 0)
        words = ngettext("teaches %(count)s check that fails here", "teaches %(count)s checks that fail here", here)
        taught = f" <b>{_text(words % {'count': here})}</b>" if here else ""
        day = each.day or _("on request")
        rows.append(f"<li>{_text(each.title)} · {_text(day)}{taught}</li>")
    heading, none = _("Courses your cluster offers"), _("None is on offer now. Ask your manager.")
    title = f"<h2>{_text(heading)}</h2>"
    if not rows:
        return f"<section>{title}<p>{_text(none)}</p></section>"
    issued = _("List of %(day)s, signed by the cluster.") % {"day": shown.courses.issued[:10] if shown.courses else ""}
    return f'<section>{title}<p class="soft">{_text(issued)}</p><ul>{"".join(rows)}</ul></section>'


def _limits(release: Release) -> str:
    lines: Iterable[str] = release.limits
    margin = ""
    if release.cohort.margin:
        words = _("Figures are held still: a count may lie up to %(margin)s firms outside its interval.")
        margin = f"<li>{_text(words % {'margin': release.cohort.margin})}</li>"
    items = "".join(f"<li>{_text(_(line))}</li>" for line in lines)
    title = _("What this release cannot say")
    return (
        f"<section><h2>{_text(title)}</h2><ul>{margin}{items}</ul>"
        f'<p class="soft">{_text(_(release.method))}</p></section>'
    )
