"""`serve`: the aggregator on a socket."""

from __future__ import annotations

import contextlib
import threading
import time

import click

from aggregator.cli.group import config


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; a proxy adds TLS.")
@click.option("--port", default=8440, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), help="Offer figures for Prometheus on 127.0.0.1, at this port."
)
def serve(host: str, port: int, metrics_port: int | None) -> None:
    """Take statements and show releases until SIGINT or SIGTERM; requests under way finish first.

    One process writes one SQLite file. Behind a reverse proxy that adds TLS and limits connections.
    """
    from aggregator.ledger.packs import KnownPack
    from aggregator.pages.desk import furnish
    from aggregator.pages.first import first_link
    from aggregator.pages.routes import routes
    from aggregator.web import server
    from aggregator.web.app import build
    from aggregator.web.metrics import Counted, exposed, page
    from aggregator.web.service import start
    from shieldwall.errors import ShieldwallError
    from shieldwall.packs.pack import load_pack

    settings = config()
    pack = load_pack()
    server.log_to_stderr()
    server.end_quietly()
    bound = server.listen(host, port)
    service = start(settings, (KnownPack(pack.digest, pack.name, pack.version, pack.order),), apart=True)
    address = f"http://{host}:{bound.getsockname()[1]}"
    desk = furnish(service, pack, time.monotonic)

    def ready() -> None:
        click.echo(f"listening on {address}", err=True)
        # Opening eight releases takes a second: not while the first reader waits.
        threading.Thread(target=desk.shelf.all, name="shelf", daemon=True).start()
        link = first_link(desk)
        if link:
            click.echo(f"Nobody manages this cluster yet. To begin, open within a day:\n  {link}", err=True)

    app = Counted(build(service, routes(desk), desk.works.close))
    with contextlib.ExitStack() as stack:
        if metrics_port is not None:
            at = stack.enter_context(exposed(metrics_port, lambda: page(app, service)))
            click.echo(f"metrics on http://127.0.0.1:{at}/metrics", err=True)
        server.settle()
        server.make(app, ready, broken=lambda: service.broken).run(sockets=[bound])
    if service.broken:
        raise ShieldwallError(
            "what writes the ledger ended, so this server ended too; the reason stands above. What was "
            "receipted is stored, agents send the rest again. Type `shieldwall-aggregator doctor`, then `serve` again."
        )
