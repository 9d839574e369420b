"""The manager's pages on a real loopback socket, and small visitors who use them as a browser would."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from aggregator.config import Config, new
from aggregator.database import found
from aggregator.database.engine import reading, writing
from aggregator.ledger.packs import KnownPack
from aggregator.members import firms
from aggregator.pages.desk import Desk, furnish
from aggregator.pages.routes import routes
from aggregator.people import audit, links, persons, totp
from aggregator.people.audit import Entry
from aggregator.people.persons import Person, Role
from aggregator.web import server
from aggregator.web.app import build
from aggregator.web.service import start
from shieldwall.packs.pack import Pack, load_pack

PASSWORD = "correct horse battery staple"


@dataclass
class House:
    desk: Desk
    url: str
    """http://localhost:PORT"""
    offset: list[float] = field(default_factory=lambda: [0.0])
    """Seconds the server's clock is ahead; tests that wait move it."""

    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def config(self) -> Config:
        return self.desk.config

    def person(self, name: str, role: Role = Role.MANAGER, secret: bytes = b"k" * 20) -> Person:
        """With a password and, unless the secret is empty, an authenticator app."""
        hashed = self.desk.hasher.hash(PASSWORD)
        with writing(self.desk.engine) as connection:
            made = persons.add(
                connection, self.config.cluster, name=name, role=role, password=hashed, now=self.desk.now()
            )
            if secret:
                persons.set_totp(connection, self.config.cluster, made.id, self.desk.vault.seal(secret, made.id))
        return made

    def link(self, role: Role = Role.MANAGER, person: str | None = None) -> str:
        with writing(self.desk.engine) as connection:
            token = links.make(connection, self.config.cluster, role, self.desk.now(), person=person)
        return f"/manage/welcome/{token}"

    def firm(self, name: str, sector: str = "metal") -> firms.Firm:
        with writing(self.desk.engine) as connection:
            return firms.add(
                connection, self.config.cluster, name=name, sector=sector, size_band="10-49", linked_group=None,
                now=self.desk.now(),
            )  # fmt: skip

    def log(self) -> list[Entry]:
        """Oldest first."""
        with reading(self.desk.engine) as connection:
            return list(reversed(audit.newest(connection, self.config.cluster, 10_000)))

    def visitor(self) -> Visitor:
        self.clients.append(httpx.Client(base_url=self.url, timeout=30))
        return Visitor(self, self.clients[-1])

    def signed_in(self, name: str, role: Role = Role.MANAGER) -> Visitor:
        """Somebody new, through the real form."""
        self.person(name, role)
        visitor = self.visitor()
        answer = visitor.sign_in(name)
        assert answer.status_code == 303, answer.text
        return visitor


@dataclass
class Visitor:
    house: House
    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(
        self, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> httpx.Response:  # fmt: skip
        """With the token of the page's form and the headers a browser sends."""
        fields = {"token": self.token() if token is None else token, **(form or {})}
        said = {"Origin": self.house.url, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        said = {name: value for name, value in said.items() if value}
        return self.client.post(path, data=fields, headers=said)

    def token(self) -> str:
        """Of a page anybody may see: the same for every form of this visitor."""
        return token_in(self.get("/manage/nowhere").text or "") or token_in(self.get("/manage/sign-in?again=1").text)

    def sign_in(self, name: str, password: str = PASSWORD, code: str | None = None, **more: str) -> httpx.Response:
        self.get("/manage/sign-in")
        typed = code if code is not None else self.code()
        return self.post("/manage/sign-in", {"name": name, "password": password, "code": typed, **more})

    def code(self, secret: bytes = b"k" * 20) -> str:
        return totp.code(secret, self.house.desk.now() // totp.STEP_SECONDS)


def done_at(visitor: Visitor, page: str) -> str:
    """What the progress page says in the end."""
    for _ in range(200):
        if visitor.get(f"{page}/state").text == "done":
            return visitor.get(page).text
        time.sleep(0.05)
    raise AssertionError(f"{page} never ended")


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', page)
    return found[1] if found else ""


@contextmanager
def housed(config: Config, pack: Pack | None = None) -> Iterator[House]:
    """The real application with its pages. The configuration's address is replaced by the one it really has."""
    pack = pack or load_pack()
    bound = server.listen("127.0.0.1", 0)
    port = int(urlsplit(f"//127.0.0.1:{bound.getsockname()[1]}").port or 0)
    url = f"http://localhost:{port}"
    offset = [0.0]
    known = KnownPack(pack.digest, pack.name, pack.version, pack.order)
    service = start(replace(config, url=url), (known,), lambda: time.time() + offset[0])
    desk = furnish(service, pack, lambda: time.monotonic() + offset[0])
    ready, served = threading.Event(), server.make(build(service, routes(desk), desk.works.close), lambda: ready.set())
    thread = threading.Thread(target=lambda: served.run(sockets=[bound]), daemon=True)
    thread.start()
    assert ready.wait(20), "the server did not start"
    house = House(desk, url, offset)
    try:
        yield house
    finally:
        for client in house.clients:
            client.close()
        served.should_exit = True
        thread.join(20)
        bound.close()


def founded(folder: Path, name: str = "Valley Metalworkers") -> Config:
    config = new(folder, name=name, url="http://localhost:1")
    found.found(config)
    return config
