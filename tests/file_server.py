"""A web server of files on this machine, as checkpoints are downloaded from."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["Served", "serving"]


@dataclass
class Served:
    """A web server on this machine and what it is to do.

    Attributes:
        url: its address.
        folder: whose files it serves.
        requests: the path and the Range header of each request.
        break_after: bytes after which it breaks each answer off, if any.
        ranges: whether it can send parts of files.
        etag: of all files.
        drip: seconds between bytes, if any.
        tells_length: whether it says how many bytes follow.
    """

    url: str
    folder: Path
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    break_after: int | None = None
    ranges: bool = True
    etag: str = '"one"'
    drip: float | None = None
    tells_length: bool = True


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """A web server for a folder, while this lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _answer(self, served)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Served(f"http://127.0.0.1:{server.server_port}/models", folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(request: BaseHTTPRequestHandler, served: Served) -> None:
    wanted = request.headers.get("Range")
    served.requests.append((request.path, wanted))
    file = served.folder / request.path.removeprefix("/models/")
    if not file.is_file():
        request.send_error(404)
        return
    size = file.stat().st_size
    start, behind = 0, size
    if wanted and served.ranges and request.headers.get("If-Range", served.etag) == served.etag:
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start, behind = int(first), min(int(last) + 1, size) if last else size
        if start >= size:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{size}")
            request.end_headers()
            return
        request.send_response(206)
        request.send_header("Content-Range", f"bytes {start}-{behind - 1}/{size}")
    else:
        request.send_response(200)
    if served.tells_length:
        request.send_header("Content-Length", str(behind - start))
    if served.ranges:
        request.send_header("Accept-Ranges", "bytes")
    request.send_header("ETag", served.etag)
    request.end_headers()
    left = behind - start
    if request.command == "HEAD":
        left = 0
    elif served.break_after is not None:
        left = min(served.break_after, left)
    with file.open("rb") as content:
        content.seek(start)
        while left:
            block = content.read(min(left, 1 if served.drip else 1 << 20))
            try:
                request.wfile.write(block)
            except OSError:  # whoever asked has had enough
                break
            left -= len(block)
            time.sleep(served.drip or 0)
    request.close_connection = True
