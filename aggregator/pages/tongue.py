"""Which language a page speaks: the one chosen in this browser, else one the browser asks for, else the cluster's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from aggregator.pages.visit import Visit
from shieldwall.language import ENGLISH, LANGUAGES

COOKIE: Final = "language"
REMEMBERED_SECONDS: Final = 365 * 24 * 3600
ASKED_CHARS: Final = 512
"""Of what a browser asks for; the longest known are a tenth of that."""


def choose(cookies: Mapping[str, str], asked: str, usual: str) -> str:
    """A key of LANGUAGES.

    asked   the header Accept-Language, such as `de-AT,de;q=0.9,en;q=0.5`
    usual   of the cluster
    """
    chosen = cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else _wanted(asked) or (usual if usual in LANGUAGES else ENGLISH)


def change(visit: Visit) -> Response:
    """Remember a language in this browser and show the page again. The cookie says nothing but the language."""
    answer = visit.go(_back(visit))
    wanted = visit.typed("language")
    if wanted in LANGUAGES:
        answer.set_cookie(
            COOKIE, wanted, max_age=REMEMBERED_SECONDS, path="/manage", secure=visit.desk.secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
    return answer


def _wanted(asked: str) -> str:
    """The best language we have of those asked for; empty when there is none."""
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(asked[:ASKED_CHARS].split(",")):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        if code in LANGUAGES and (share := _share(weight)) > 0:
            found.append((-share, place, code))
    return min(found)[2] if found else ""


def _share(weight: str) -> float:
    """Of `q=0.8`; 1 where nothing is said, 0 where nonsense is."""
    name, _, number = weight.strip().partition("=")
    if not name:
        return 1.0
    digits = number.strip().replace(".", "", 1)
    return min(float(number), 1.0) if name.strip() == "q" and digits.isascii() and digits.isdecimal() else 0.0


def _back(visit: Visit) -> str:
    """One of our own pages, whatever the form says."""
    path, _, query = visit.typed("back").partition("?")
    own = path == "/manage" or path.startswith("/manage/")
    plain = path.isascii() and path.isprintable() and not {"\\", "#", " "} & set(path) and "//" not in path
    if not own or not plain or ".." in path:
        return "/manage"
    return f"{path}?{query}" if query and query.isascii() and query.isprintable() and " " not in query else path
