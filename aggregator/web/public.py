"""What anybody may read: the log, the cluster's key, and releases, byte for byte as they were signed."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from aggregator.config import Config
from aggregator.database import log
from aggregator.database.engine import reading
from aggregator.ledger.reopening import reopened
from aggregator.refusal import refuse
from aggregator.trust.witness import kept_note, with_witnesses
from aggregator.web.answers import json_answer
from aggregator.web.body import PROTOCOLS
from aggregator.web.service import Service
from shieldwall.encoding import canonical
from shieldwall.limits import TREE_LEAVES
from shieldwall.log import merkle
from shieldwall.log.receipt import encode_consistency
from shieldwall.messages.problem import ProblemType
from shieldwall.published.courses import FILE as COURSES_FILE

RELEASE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MEDIA_TYPES: Final = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
    ".sqlite": "application/vnd.sqlite3",
}
"""The only kinds of file a release is served as."""
REPORT_POLICY: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report is one file with its style in it; no script runs in it and it fetches from nowhere else."""
STYLE: Final = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}code{overflow-wrap:anywhere}a{color:#0b4f8a}"
)
STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


async def checkpoint(request: Request) -> Response:
    service: Service = request.app.state.service
    return PlainTextResponse(await run_in_threadpool(lambda: with_witnesses(service.config, _checkpoint(service))))


async def witnessed(request: Request) -> Response:
    note = await run_in_threadpool(kept_note, request.app.state.service.config)
    if note is None:
        raise refuse(ProblemType.NOT_FOUND)
    return PlainTextResponse(note)


async def consistency(request: Request) -> Response:
    old, new = (_number(request.query_params.get(name, "")) for name in ("from", "to"))
    if old > new:
        raise refuse(ProblemType.MALFORMED)
    return json_answer(await run_in_threadpool(_consistency, request.app.state.service, old, new))


async def log_reopened(request: Request) -> Response:
    found = await run_in_threadpool(reopened, request.app.state.service.config)
    if found is None:
        raise refuse(ProblemType.NOT_FOUND)
    return json_answer(found)


async def cluster(request: Request) -> Response:
    service: Service = request.app.state.service
    return json_answer(
        canonical.encode(
            {
                "name": service.config.name,
                "origin": service.config.origin,
                "url": service.config.url,
                "vkey": service.notary.vkey,
                "protocols": list(PROTOCOLS),
            }
        )
    )


async def courses(request: Request) -> Response:
    """What the cluster teaches, as its manager signed it."""
    try:
        found = await run_in_threadpool((request.app.state.service.config.folder / COURSES_FILE).read_bytes)
    except FileNotFoundError:
        raise refuse(ProblemType.NOT_FOUND) from None
    return json_answer(found)


async def releases(request: Request) -> Response:
    listed = await run_in_threadpool(_releases, request.app.state.service.config)
    return json_answer(
        canonical.encode({"releases": [{"name": name, "files": list(files)} for name, files in listed.items()]})
    )


async def release_file(request: Request) -> Response:
    name, file = request.path_params["name"], request.path_params["file"]
    listed = await run_in_threadpool(_releases, request.app.state.service.config)
    if file not in listed.get(name, ()):
        raise refuse(ProblemType.NOT_FOUND)
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    if file.endswith(".html"):
        headers["Content-Security-Policy"] = REPORT_POLICY
    path = request.app.state.service.config.releases / name / file
    return FileResponse(path, headers=headers, media_type=MEDIA_TYPES[path.suffix])


async def home(request: Request) -> Response:
    service: Service = request.app.state.service
    listed = await run_in_threadpool(_releases, service.config)
    return HTMLResponse(
        _page(service, listed),
        headers={
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        },
    )


async def health(request: Request) -> Response:
    await run_in_threadpool(_checkpoint, request.app.state.service)
    return PlainTextResponse("ok\n")


def _checkpoint(service: Service) -> str:
    with reading(service.engine) as connection:
        size = log.size(connection, service.config.cluster)
        return service.notary.checkpoint(size, log.Nodes(connection, service.config.cluster))


def _consistency(service: Service, old: int, new: int) -> bytes:
    with reading(service.engine) as connection:
        if new > log.size(connection, service.config.cluster):
            raise refuse(ProblemType.LOG_ROLLBACK)
        nodes = log.Nodes(connection, service.config.cluster)
        return encode_consistency(merkle.consistency_proof(old, new, nodes))


def _number(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > 16 or int(text) > TREE_LEAVES:
        raise refuse(ProblemType.MALFORMED)
    return int(text)


def _releases(config: Config) -> dict[str, tuple[str, ...]]:
    """Published releases, newest name first, with their files. A folder without release.json is none."""
    found: dict[str, tuple[str, ...]] = {}
    if not config.releases.is_dir():
        return found
    for folder in sorted(config.releases.iterdir(), reverse=True):
        if RELEASE_NAME.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            files = tuple(sorted(file.name for file in folder.iterdir() if _served(file)))
            if "release.json" in files:
                found[folder.name] = files
    return found


def _served(file: Path) -> bool:
    named = RELEASE_NAME.fullmatch(file.name) is not None and file.suffix in MEDIA_TYPES
    return named and file.is_file() and not file.is_symlink()


def _page(service: Service, listed: dict[str, tuple[str, ...]]) -> str:
    title = html.escape(service.config.name)
    rows = [
        f"<li><strong>{name}</strong>: "
        + ", ".join(f'<a href="/v1/releases/{name}/{file}">{file}</a>' for file in files)
        + "</li>"
        for name, files in listed.items()
    ]
    shown = f"<ul>{''.join(rows)}</ul>" if rows else "<p>Nothing has been published yet.</p>"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<main><h1>{title}</h1><p>Anonymised benchmarks of this cluster's firms. Figures count firms, in bands that "
        f"no member can be read from.</p><h2>Releases</h2>{shown}<h2>For agents and auditors</h2>"
        f"<p>Log key: <code>{html.escape(service.notary.vkey)}</code></p>"
        f'<p><a href="/v1/log/checkpoint">Current checkpoint of the log</a></p>'
        f'<h2>For the cluster\'s managers</h2><p><a href="/manage">Sign in</a></p></main></body></html>'
    )
