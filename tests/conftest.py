"""MS-ILLM for all tests: checkpoints of the real network, served, downloaded and used."""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gcx_format.visual.msillm import qualities, weights

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


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
    """

    url: str
    folder: Path
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    break_after: int | None = None
    ranges: bool = True
    etag: str = '"one"'


@pytest.fixture(scope="session")
def serve():
    """Starts web servers for folders; they end with the session."""
    servers = []

    def start(folder: Path) -> Served:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                _answer(self, served)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        served = Served(f"http://127.0.0.1:{server.server_port}/models", folder)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return served

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _answer(request: BaseHTTPRequestHandler, served: Served) -> None:
    wanted = request.headers.get("Range")
    served.requests.append((request.path, wanted))
    file = served.folder / request.path.removeprefix("/models/")
    if not file.is_file():
        request.send_error(404)
        return
    size, start = file.stat().st_size, 0
    if wanted and served.ranges and request.headers.get("If-Range", served.etag) == served.etag:
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= size:
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{size}")
            request.end_headers()
            return
        request.send_response(206)
        request.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
    else:
        request.send_response(200)
    request.send_header("Content-Length", str(size - start))
    request.send_header("ETag", served.etag)
    request.end_headers()
    left = size - start if served.break_after is None else min(served.break_after, size - start)
    with file.open("rb") as content:
        content.seek(start)
        while left:
            block = content.read(min(left, 1 << 20))
            request.wfile.write(block)
            left -= len(block)
    request.close_connection = True


@pytest.fixture(scope="session")
def msillm_folder(tmp_path_factory, serve) -> Path:
    """A folder of weights for qualities vlo2 and 3: the latter downloaded, licence and all."""
    specification = importlib.util.spec_from_file_location(
        "msillm_seeded", BENCHMARKS / "msillm_seeded.py"
    )
    seeded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(seeded)
    server = tmp_path_factory.mktemp("server")
    folder = tmp_path_factory.mktemp("weights")
    original = seeded.write(server, qualities.find("3"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCX_WEIGHTS_DIR", str(folder))
        patch.setenv("GCX_WEIGHTS_URL", serve(server).url)
        weights.get(qualities.find("3"), accept_licence=True)
    original.unlink()
    seeded.write(folder, qualities.find("vlo2"))
    yield folder
    for file in folder.glob("*.ckpt"):  # pytest keeps folders of three sessions
        file.unlink()


@pytest.fixture
def msillm(msillm_folder, monkeypatch) -> Path:
    """Has gcx use the weights of `msillm_folder`."""
    monkeypatch.setenv("GCX_WEIGHTS_DIR", str(msillm_folder))
    return msillm_folder


@pytest.fixture(autouse=True)
def no_weights_of_the_user(tmp_path_factory, monkeypatch):
    """No test sees weights that happen to be on this machine, or downloads real ones."""
    monkeypatch.setenv("GCX_WEIGHTS_DIR", str(tmp_path_factory.getbasetemp() / "no-weights"))
    monkeypatch.setenv("GCX_WEIGHTS_URL", "http://127.0.0.1:9/none")
