"""Style, script and icon under their hashed names."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from aggregator.pages.paper import files
from aggregator.pages.visit import Visit

FOR_EVER: Final = "public, max-age=31536000, immutable"


def file(visit: Visit) -> Response:
    found = files().get(visit.names["file"])
    if found is None:
        return visit.page("refused.html", 404, why="page")
    return Response(found.data, media_type=found.media_type, headers={"Cache-Control": FOR_EVER})


def nothing(visit: Visit) -> Response:
    """An address of ours that no page has."""
    return visit.page("refused.html", 404, why="page")
