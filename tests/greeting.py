"""A server that says at once what it is, as mail and file servers do; for tests that look at a network."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Greets(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with suppress(ConnectionError):
            self.request.sendall(b"220 (vsFTPd 3.0.3)\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def greeting(address: str, port: int = 0) -> Iterator[int]:
    """The port on which an FTP server greets. A port of 0 takes any free one."""
    with Server((address, port), Greets) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
