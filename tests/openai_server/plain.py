"""A server that answers whatever a test says, over real HTTP: for what no server should say.

with answering(lambda request: Reply(b"...")) as server:
    load_settings(openai_base_url=server.base_url, openai_api_key="sk-test")
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Asked", "Plain", "Reply", "answering"]


@dataclass(frozen=True)
class Asked:
    """A request: its method, its path, its headers by their names in lower case, its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        body: whole, or in pieces that are sent until the client hangs up. There is no
            Content-Length, so its end is the end of the connection.
        type: of the content.
        status: of HTTP.
        headers: further ones.
        raw: sent in place of all else, head and all.
    """

    body: bytes | Iterable[bytes] = b""
    type: str = "application/json"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Iterable[bytes] | None = None


@dataclass
class Plain:
    """A server that runs.

    Attributes:
        base_url: for the client, with `/v1`.
        asked: what it was asked, oldest first.
        sent: bytes of bodies that left it.
    """

    base_url: str
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0


@contextmanager
def answering(answer: Callable[[Asked], Reply]) -> Iterator[Plain]:
    """A server on a free port that gives these answers; it ends with the block."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            asked = Asked(self.command, self.path, headers, body)
            server.asked.append(asked)
            with suppress(OSError):
                reply = answer(asked)
                if reply.raw is None:
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.type)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                pieces = reply.body if reply.raw is None else reply.raw
                for piece in [pieces] if isinstance(pieces, bytes) else pieces:
                    self.wfile.write(piece)
                    server.sent += len(piece)
                self.wfile.flush()

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Plain(f"http://127.0.0.1:{http.server_port}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
