"""The repository of signed files, as agents read it. Nothing here needs a secret; integrity is the files' own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from aggregator.refusal import refuse
from aggregator.trust.repository import keep_fresh, repository, root_by_digest
from aggregator.web.answers import json_answer
from aggregator.web.service import Service
from shieldwall.messages.problem import ProblemType

METADATA: Final = re.compile(r"[0-9]{1,12}\.(root|targets|snapshot|cluster)\.json|timestamp\.json")
FOLDERS: Final = ("bundles", "trust", "cluster")
TARGET: Final = re.compile(r"[0-9a-f]{64}\.[a-z0-9][a-z0-9.-]{0,100}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


async def anchor(request: Request) -> Response:
    """The root an invitation pins by its hash."""
    digest = request.path_params["digest"]
    service: Service = request.app.state.service
    found = None
    if DIGEST.fullmatch(digest):
        found = await run_in_threadpool(root_by_digest, repository(service.config), digest)
    if found is None:
        raise refuse(ProblemType.NOT_FOUND)
    return json_answer(found)


async def metadata(request: Request) -> Response:
    name = request.path_params["file"]
    service: Service = request.app.state.service
    repo = repository(service.config)
    if not METADATA.fullmatch(name):
        raise refuse(ProblemType.NOT_FOUND)
    if name == "timestamp.json":
        await run_in_threadpool(keep_fresh, repo, datetime.fromtimestamp(service.clock(), UTC))
    return _file(repo.metadata / name, "application/json")


async def target(request: Request) -> Response:
    folder, name = request.path_params["folder"], request.path_params["file"]
    service: Service = request.app.state.service
    if folder not in FOLDERS or not TARGET.fullmatch(name):
        raise refuse(ProblemType.NOT_FOUND)
    # Stored compressed and meant to stay so: no Content-Encoding.
    return _file(repository(service.config).targets / folder / name, "application/octet-stream")


def _file(path: Path, media_type: str) -> Response:
    if not path.is_file() or path.is_symlink():
        raise refuse(ProblemType.NOT_FOUND)
    return FileResponse(path, media_type=media_type)
