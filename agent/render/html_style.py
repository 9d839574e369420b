"""The look of the HTML report: system fonts, light and dark, fit for paper."""

from typing import Final

CSS: Final = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566173; --paper: #fff; --panel: #f4f6f9; --line: #d5dbe4;
  --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c; --cool: #225e9c; --track: #e1e6ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #a3afc0; --paper: #12161d; --panel: #1b212b;
  --line: #323b49; --bad: #ff8a80; --warn: #f2bd5c; --good: #74d49a; --cool: #8ec1ff; --track: #2b3442; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; line-height: 1.35; }
p { margin: .35rem 0; }
.soft, .meta { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; }
.card b { display: block; font-size: 1.9rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.item { border: 1px solid var(--line); border-left: .3rem solid var(--soft); border-radius: .4rem;
  padding: .75rem 1rem; margin: .6rem 0; break-inside: avoid; }
.critical, .high { border-left-color: var(--bad); } .medium { border-left-color: var(--warn); }
.low { border-left-color: var(--cool); }
.chip { font-size: .75rem; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; color: var(--soft); }
.critical .chip, .high .chip, .bad { color: var(--bad); } .medium .chip, .warn { color: var(--warn); }
.low .chip { color: var(--cool); } .good { color: var(--good); }
code, pre { font: .86rem/1.45 ui-monospace, "SF Mono", "DejaVu Sans Mono", Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .35rem; padding: .5rem .75rem;
  margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ul.seen { margin: .4rem 0; padding-left: 1.2rem; } ul.seen li, .item p { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem .4rem 0;
  border-bottom: 1px solid var(--line); vertical-align: middle;
  overflow-wrap: anywhere; hyphens: auto; } td.n, th.n { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; } svg { display: block; width: 100%; height: .7rem; }
.track { fill: var(--track); } .fill { fill: var(--cool); }
details { margin: .5rem 0; } summary { cursor: pointer; padding: .3rem 0; }
.alarm { border: 2px solid var(--bad); border-radius: .5rem; padding: .75rem 1rem; margin: 1.5rem 0; }
a { color: var(--cool); } :focus-visible { outline: 3px solid var(--cool); outline-offset: 2px; }
@media (max-width: 40rem) { td.bar, th.bar { display: none; } }
@media print { :root { --ink: #000; --soft: #444; --paper: #fff; --panel: #fff; --line: #999; --bad: #900; --warn: #650;
  --good: #052; --cool: #036; --track: #ddd; } body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { break-after: avoid; } @page { margin: 16mm; } }
"""
