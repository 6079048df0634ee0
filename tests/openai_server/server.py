"""The server: HTTP on a free port of this machine, its routes, and what they remember."""

from __future__ import annotations

import base64
import io
import json
import math
import re
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from PIL import Image

from . import answers, checks, drawing
from .answers import Picture
from .checks import Model, Rejected
from .faults import Fault
from .limits import Limits, tokens_asked

__all__ = ["Hung", "OpenAIServer", "Received", "Upload"]


class Hung(Exception):  # noqa: N818
    """The client hung up, or the server stops: there is nobody to answer."""


@dataclass(frozen=True)
class Upload:
    """A file out of a form."""

    field: str
    name: str
    type: str
    data: bytes


@dataclass
class Received:
    """A request that reached the server.

    Attributes:
        json: the body; of a form its fields, with numbers and true or false as such.
        uploads: the files of a form.
        prompt: all words that are for a model, in their order.
        pictures: the files of all pictures in it.
        status: what it was answered with; 0 as long as it was not.
        abandoned: whether the client hung up before the answer was complete.
        fault: the fault that it met, or None.
        seconds: how long the server took, waiting included.
    """

    method: str
    path: str
    headers: dict[str, str]
    request_id: str
    json: dict[str, Any] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)
    prompt: str = ""
    pictures: list[bytes] = field(default_factory=list)
    status: int = 0
    abandoned: bool = False
    fault: Fault | None = None
    seconds: float = 0.0

    @property
    def condition(self) -> Image.Image | None:
        """The first picture, decoded."""
        if not self.pictures:
            return None
        image = Image.open(io.BytesIO(self.pictures[0]))
        image.load()
        return image

    @property
    def words(self) -> str:
        """What the prompt passes on as data, between delimiters."""
        return drawing.words_in(self.prompt)


class OpenAIServer:
    """A server of OpenAI's API on this machine, as a context manager.

    Attributes:
        base_url: for the client, with `/v1`.
        key: the only key that it accepts; None accepts any, and none.
        models: those that it knows, by name.
        lacks: paths of routes that it does not have, such as `/v1/responses`.
        delay: seconds that every POST takes at least.
        pace: seconds between the events of a stream.
        is_held: whether answers wait before their end, until this is unset.
        requests: what it received, oldest first.
        complaints: what was wrong with requests that it refused for their form. Not meant are
            faults, keys and unknown models.
        descriptions: texts to answer with instead of those that it would think of, in order.
        drifts: how far the next pictures leave their condition (0 not, 1 wholly), in order.
        rewrite: makes another picture, or a file's bytes to send as they are, of what was
            drawn; or None.
        pictures_made: how many pictures were finished, and would be on the bill.
        limits: of requests and tokens, for all models together; or None.
    """

    def __init__(self) -> None:
        self.key: str | None = "sk-test-0123456789abcdefghijklmnop"
        self.models = _models()
        self.lacks: set[str] = set()
        self.delay = 0.0
        self.pace = 0.0
        self.is_held = False
        self.requests: list[Received] = []
        self.complaints: list[str] = []
        self.descriptions: list[str] = []
        self.drifts: list[float] = []
        self.rewrite: Callable[[Image.Image], Image.Image | bytes] | None = None
        self.pictures_made = 0
        self.limits: Limits | None = None
        self.lock = threading.Lock()
        self._script: list[Fault] = []
        self._responses: dict[str, dict[str, Any]] = {}
        self._crashes: list[BaseException] = []
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._http: _HTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    # What tests say and ask

    @property
    def base_url(self) -> str:
        """Where the server is, or was: a server that is started again gets its port back."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self._port

    def script(self, *faults: str | Fault) -> None:
        """Queue faults for the next requests, the first for the first; "ok" lets one pass."""
        made = [fault if isinstance(fault, Fault) else Fault(fault) for fault in faults]
        with self.lock:
            self._script.extend(made)

    def retire(self, model: str) -> None:
        """From now on the server does not have that model."""
        self.models[model].alive = False

    def calls(self, path: str | None = None) -> int:
        """How many requests came, to a path such as `/v1/responses` or (None) any POST."""
        with self.lock:
            return sum(
                request.path == path if path else request.method == "POST"
                for request in self.requests
            )

    def wait_for_calls(self, count: int, path: str | None = None, *, seconds: float = 10) -> None:
        """Wait until so many requests came.

        Raises:
            TimeoutError: they did not come in time.
        """
        deadline = time.monotonic() + seconds
        while self.calls(path) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.calls(path)} of {count} requests came")
            time.sleep(0.005)

    # Its life

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it, and say if it broke."""
        self.stop()
        if self._crashes and error is None:
            raise self._crashes[0]

    def start(self) -> None:
        """Listen, on the same port as before if it was stopped."""
        self._stopping.clear()
        self._http = _HTTPServer(self, self._port)
        self._port = self._http.server_address[1]
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, name="openai server"
        )
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody and end all threads; what is remembered stays."""
        if self._http is None or self._thread is None:
            return
        self._stopping.set()
        self._http.shutdown()
        self._thread.join()
        with self.lock:
            for connection in self._connections:
                _hang_up(connection)
        self._http.server_close()  # waits for the threads of all connections
        self._http = self._thread = None

    # Behind the routes

    def take_fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for index, fault in enumerate(self._script):
                if fault.route == path or (fault.route is None and method == "POST"):
                    del self._script[index]
                    return None if fault.name == "ok" else fault
        return None

    def wait(self, connection: socket.socket, seconds: float) -> None:
        """Take so much time.

        Raises:
            Hung: the client hung up meanwhile, or the server stops.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if self._stopping.is_set() or _has_hung_up(connection):
                raise Hung
            if left <= 0:
                return
            select.select([connection], [], [], min(left, 0.02))

    def opened(self, connection: socket.socket) -> None:
        with self.lock:
            self._connections.add(connection)
        if self._stopping.is_set():
            _hang_up(connection)

    def closed(self, connection: socket.socket) -> None:
        with self.lock:
            self._connections.discard(connection)

    def crashed(self, error: BaseException) -> None:
        with self.lock:
            self._crashes.append(error)

    def complain(self, message: str) -> None:
        with self.lock:
            self.complaints.append(message)

    def received(self, request: Received) -> None:
        with self.lock:
            self.requests.append(request)

    def remember(self, response: dict[str, Any]) -> None:
        if response["store"] is not False:
            with self.lock:
                self._responses[response["id"]] = response

    def recall(self, id: str) -> dict[str, Any]:
        with self.lock:
            if id not in self._responses:
                raise Rejected(
                    f"Previous response with id '{id}' not found.",
                    param="previous_response_id",
                    code="previous_response_not_found",
                )
            return self._responses[id]

    def next_drift(self) -> float:
        with self.lock:
            return self.drifts.pop(0) if self.drifts else 0.0

    def next_description(self) -> str | None:
        with self.lock:
            return self.descriptions.pop(0) if self.descriptions else None

    def made_pictures(self, count: int) -> None:
        with self.lock:
            self.pictures_made += count

    def model(self, name: str | None, *, status: int) -> Model:
        """The model of a name.

        Raises:
            Rejected: there is none, or no longer.
        """
        model = self.models.get(name) if name else None
        if model is None or not model.alive:
            raise _no_model(name, status)
        return model


def _models() -> dict[str, Model]:
    return {
        "gpt-4o": Model("text", shutdown_date="2027-01-14", snapshot="gpt-4o-2024-08-06"),
        "gpt-4o-2024-08-06": Model("text", shutdown_date="2027-01-14"),
        "gpt-6-luna": Model("text", reasons=True),
        "gpt-image-1": Model("image", alive=False, shutdown_date="2026-10-23", sizes="fixed"),
        "gpt-image-1-mini": Model("image", shutdown_date="2026-12-01", sizes="fixed"),
        "gpt-image-1.5": Model("image", shutdown_date="2026-12-01", sizes="fixed"),
        "gpt-image-2": Model("image"),
        "gpt-image-2.5-flare": Model("image"),
        "gpt-image-2.6-sunburst": Model("image"),
    }


_TOOL_MODEL = "gpt-image-2.6-sunburst"
"""What the image tool takes where the request names no model."""


def _no_model(name: str | None, status: int) -> Rejected:
    return Rejected(
        f"The requested model '{name}' does not exist."
        if status == 400
        else f"The model `{name}` does not exist or you do not have access to it.",
        param="model" if status == 400 else None,
        code="model_not_found",
        status=status,
    )


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        readable, _, _ = select.select([connection], [], [], 0)
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, server: OpenAIServer, port: int) -> None:
        self.openai = server
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what went wrong; the base class prints it."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (ConnectionError, TimeoutError)):
            self.openai.crashed(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "openai-of-the-tests"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20
    server: _HTTPServer

    _ROUTES: ClassVar = {
        ("POST", "/v1/responses"): "_responses",
        ("POST", "/v1/chat/completions"): "_chat",
        ("POST", "/v1/images/generations"): "_generations",
        ("POST", "/v1/images/edits"): "_edits",
        ("GET", "/v1/models"): "_models",
    }

    def setup(self) -> None:
        super().setup()
        self.openai = self.server.openai
        self.openai.opened(self.connection)

    def finish(self) -> None:
        self.openai.closed(self.connection)
        with suppress(ConnectionError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: stderr is the tests' own."""

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    # Every request

    def _answer(self) -> None:
        self.began = self.until = time.monotonic()
        self.faulty: Fault | None = None
        self.drawn = 0
        self.limit_headers: dict[str, str] = {}
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        self.got = Received(
            self.command,
            path,
            {name.lower(): value for name, value in self.headers.items()},
            answers.new_id("req"),
        )
        self.openai.received(self.got)
        try:
            self._check_key()
            method, argument = self._route(path)
            self.faulty = self.got.fault = self.openai.take_fault(self.command, path)
            if self.command == "POST":
                self._read_body(data)
            if not (self._refused() or self._is_too_early(len(data))):
                method(*argument)
        except Rejected as rejected:
            if rejected.status == 400 and rejected.code != "model_not_found" and not self.faulty:
                self.openai.complain(f"{self.command} {path}: {rejected.message}")
            self._send_json(
                answers.error_body(
                    rejected.message, type=rejected.type, param=rejected.param, code=rejected.code
                ),
                rejected.status,
            )
        except (Hung, ConnectionError):
            self.got.abandoned = True
            self.close_connection = True
        finally:
            self.got.seconds = self.got.seconds or time.monotonic() - self.began

    def _check_key(self) -> None:
        key = self.openai.key
        if key is None:
            return
        given = self.headers.get("authorization", "")
        if not given:
            raise Rejected("You didn't provide an API key.", status=401)
        if given != f"Bearer {key}":
            raise Rejected("Incorrect API key provided.", code="invalid_api_key", status=401)

    def _route(self, path: str) -> tuple[Callable[..., None], tuple[str, ...]]:
        if path not in self.openai.lacks:
            name = self._ROUTES.get((self.command, path))
            if name:
                return getattr(self, name), ()
            if self.command == "GET" and path.startswith("/v1/models/"):
                return self._model, (path.removeprefix("/v1/models/"),)
            if any(known == path for _, known in self._ROUTES):
                raise Rejected(f"Not allowed to {self.command} on {path}.", status=405)
            self.openai.complain(f"{self.command} {path}: no such path")
        raise Rejected(f"Invalid URL ({self.command} {path})", status=404)

    def _read_body(self, data: bytes) -> None:
        type, _, rest = (self.headers.get("content-type") or "").partition(";")
        form = self.got.path == "/v1/images/edits"
        if type.strip() != ("multipart/form-data" if form else "application/json"):
            raise Rejected(f"Unsupported content type '{type}'.", code="unsupported_content_type")
        if form:
            self._read_form(data, rest)
            return
        try:
            value = json.loads(data)
        except ValueError:
            raise Rejected("We could not parse the JSON body of your request.") from None
        if not isinstance(value, dict):
            raise Rejected("The body of your request is not a JSON object.")
        self.got.json = value

    def _read_form(self, data: bytes, rest: str) -> None:
        found = re.search(r'boundary="?([^";]+)', rest)
        if not found:
            raise Rejected("The form has no boundary.")
        mark = b"--" + found[1].encode()
        for part in data.split(mark)[1:]:
            if part.startswith(b"--"):
                break
            head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
            headers = head.decode()
            name = re.search(r'[; ]name="([^"]*)"', headers)
            if not name:
                raise Rejected("A part of the form has no name.")
            content = content.removesuffix(b"\r\n")
            file = re.search(r'filename="([^"]*)"', headers)
            if file:
                mime = re.search(r"(?im)^content-type:\s*(\S+)", headers)
                kind = mime[1] if mime else "application/octet-stream"
                self.got.uploads.append(Upload(name[1], file[1], kind, content))
            else:
                self.got.json[name[1]] = _form_value(name[1], content.decode())

    def _refused(self) -> bool:
        """Answer with the fault, if it is one that needs no look at the request."""
        fault = self.faulty
        if fault is None:
            return False
        name = fault.name
        if name == "reset":
            raise Hung
        if name == "bad_gateway":
            self._send(b"<html><h1>502 Bad Gateway</h1></html>", "text/html", fault.status or 502)
        elif name == "not_json":
            self._send(b"<html><h1>Log in</h1></html>", "text/html", fault.status or 200)
        elif name == "no_responses_route":
            self._send(b'{"detail":"Not Found"}', "application/json", fault.status or 404)
        elif name == "retired_model":
            status = 400 if self.got.path == "/v1/responses" else 404
            raise _no_model(self.got.json.get("model"), fault.status or status)
        elif name in _REFUSALS:
            status, type, code, said, waits = _REFUSALS[name]
            headers: dict[str, str] = {}
            if waits and fault.retry_after is not None:
                headers["retry-after"] = f"{fault.retry_after:g}"
            if name == "rate_limit":
                headers |= {
                    "x-ratelimit-limit-requests": "5",
                    "x-ratelimit-remaining-requests": "0",
                    "x-ratelimit-reset-requests": f"{fault.retry_after or 0:g}s",
                }
            body = answers.error_body(said, type=type, code=code)
            self._send_json(body, fault.status or status, headers)
        else:
            return False
        return True

    def _is_too_early(self, size: int) -> bool:
        """Answer that the limits are reached, if they are."""
        with self.openai.lock:
            if self.openai.limits is None or self.command != "POST":
                return False
            tokens = tokens_asked(self.got.json, size)
            self.limit_headers, wait = self.openai.limits.admit(tokens)
        if wait is None:
            return False
        said = f"Rate limit reached. Please try again in {wait:.3f}s."
        body = answers.error_body(said, type="requests", code="rate_limit_exceeded")
        self._send_json(body, 429, {"retry-after-ms": f"{wait * 1000:.0f}"})
        return True

    # The routes

    def _models(self) -> None:
        self._take_time()
        with self.openai.lock:
            alive = [name for name, model in self.openai.models.items() if model.alive]
        self._send_json({"object": "list", "data": [self._listed(name) for name in alive]})

    def _model(self, name: str) -> None:
        self.openai.model(name, status=404)
        self._take_time()
        self._send_json(self._listed(name))

    def _listed(self, name: str) -> dict[str, Any]:
        return {
            "id": name,
            "object": "model",
            "created": 1_715_367_049,
            "owned_by": "system",
            "shutdown_date": self.openai.models[name].shutdown_date,
        }

    def _responses(self) -> None:
        value = self.got.json
        checks.body("responses", value)
        model = self.openai.model(value.get("model"), status=400)
        checks.responses_options(value, model)
        if value.get("previous_response_id"):
            self.openai.recall(value["previous_response_id"])
        self._read_input(value)
        tool = self._image_tool(value)
        self._take_time()
        pictures: dict[str, Picture] = {}
        if tool is None or self._is("no_call"):
            final = self._said(value, model)
        else:
            final = self._drawn(value, model, tool, pictures)
        if self._is("response_failed"):
            error = {"code": "server_error", "message": "The model failed.", "param": None}
            final |= {"status": "failed", "output": [], "error": error, "completed_at": None}
        self.openai.remember(final)
        if value.get("stream"):
            events = answers.response_events(final, pictures)
            numbered = ({**event, "sequence_number": n} for n, event in enumerate(events))
            self._send_events(numbered)
        else:
            self._send_json(final)

    def _read_input(self, value: dict[str, Any]) -> None:
        words = [value["instructions"]] if value.get("instructions") else []
        given = value.get("input") or []
        if isinstance(given, str):
            words.append(given)
            given = []
        for index, item in enumerate(given):
            content = item.get("content") or []
            if isinstance(content, str):
                words.append(content)
                continue
            for number, part in enumerate(content):
                place = f"input[{index}].content[{number}].image_url"
                if part["type"] in {"input_text", "output_text"}:
                    words.append(part["text"])
                elif part["type"] == "input_image":
                    if not part.get("image_url"):
                        raise Rejected("There is no image_url.", param=place)
                    data = checks.picture_of_data_url(part["image_url"], place)
                    self.got.pictures.append(data)
        if not words and not self.got.pictures:
            raise Rejected("There is no input.", param="input", code="missing_required_parameter")
        self.got.prompt = "\n".join(words)

    def _image_tool(self, value: dict[str, Any]) -> dict[str, Any] | None:
        """The image tool if the model is to use it; this one does when it may."""
        tools = [t for t in value.get("tools") or [] if t["type"] == "image_generation"]
        choice = value.get("tool_choice", "auto")
        forced = isinstance(choice, dict) and choice.get("type") == "image_generation"
        if forced and not tools:
            raise Rejected(
                "Tool choice 'image_generation' not found in 'tools' parameter.",
                param="tool_choice",
                code="invalid_value",
            )
        return tools[0] if tools and choice != "none" else None

    def _drawn(
        self,
        value: dict[str, Any],
        model: Model,
        tool: dict[str, Any],
        pictures: dict[str, Picture],
    ) -> dict[str, Any]:
        maker = self.openai.model(tool.get("model") or _TOOL_MODEL, status=400)
        streamed = bool(value.get("stream"))
        checks.image_options(tool, maker, streamed=streamed)
        usage = self._text_usage(20)
        if self._is("incomplete"):
            return answers.response(
                value, self._signed(value, model), [], usage=usage, status="incomplete",
                incomplete="max_output_tokens",
            )  # fmt: skip
        picture = self._draw(tool, maker)
        pictures[picture.id] = picture
        output = [answers.image_call(picture), answers.message("")]
        return answers.response(
            value, self._signed(value, model), output, usage=usage, image_usage=picture.usage
        )

    def _said(self, value: dict[str, Any], model: Model) -> dict[str, Any]:
        text, refused, spent, cut = self._describe(
            model, value.get("max_output_tokens"), (value.get("reasoning") or {}).get("effort")
        )
        status = "incomplete" if cut else "completed"
        output = []
        if spent:
            output.append({"id": answers.new_id("rs"), "type": "reasoning", "summary": []})
        if text or not cut:
            output.append(answers.message(text, refused=refused, status=status))
        return answers.response(
            value,
            self._signed(value, model),
            output,
            usage=self._text_usage(_tokens(text), spent),
            status=status,
            incomplete="max_output_tokens" if cut else None,
        )

    def _chat(self) -> None:
        value = self.got.json
        checks.body("chat", value)
        model = self.openai.model(value.get("model"), status=404)
        checks.responses_options({**value, "max_output_tokens": None}, model)
        words = []
        for index, said in enumerate(value["messages"]):
            content = said.get("content") or []
            if isinstance(content, str):
                words.append(content)
                continue
            for number, part in enumerate(content):
                if part["type"] == "text":
                    words.append(part["text"])
                elif part["type"] == "image_url":
                    place = f"messages[{index}].content[{number}].image_url"
                    data = checks.picture_of_data_url(part["image_url"]["url"], place)
                    self.got.pictures.append(data)
        self.got.prompt = "\n".join(words)
        self._take_time()
        limit = value.get("max_completion_tokens") or value.get("max_tokens")
        text, refused, spent, cut = self._describe(model, limit, value.get("reasoning_effort"))
        usage = self._text_usage(_tokens(text), spent)
        final = answers.chat_answer(
            self._signed(value, model),
            text,
            {
                "prompt_tokens": usage["input_tokens"],
                "completion_tokens": usage["output_tokens"],
                "total_tokens": usage["total_tokens"],
                "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": spent, "audio_tokens": 0},
            },
            finish="length" if cut else "stop",
            refused=refused,
        )
        if value.get("stream"):
            with_usage = bool((value.get("stream_options") or {}).get("include_usage"))
            self._send_events(answers.chat_events(final, with_usage=with_usage), named=False)
        else:
            self._send_json(final)

    def _generations(self) -> None:
        checks.body("generations", self.got.json)
        self._make_images()

    def _edits(self) -> None:
        uploads = self.got.uploads
        images = [upload for upload in uploads if upload.field in {"image", "image[]"}]
        if not images:
            raise Rejected("There is no image.", param="image", code="missing_required_parameter")
        if len(images) > 16:
            raise Rejected("There are more than 16 images.", param="image")
        strange = {upload.field for upload in uploads} - {"image", "image[]", "mask"}
        if strange:
            name = min(strange)
            raise Rejected(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
        stand_in = "binary"  # the schemas ask for text where the bytes are
        single = len(images) == 1 and images[0].field == "image"
        files = {"image": stand_in if single else [stand_in] * len(images)}
        checks.body("edits", self.got.json, files)
        for image in images:
            self.got.pictures.append(checks.uploaded_picture(image.data, image.type, "image"))
        self._make_images()

    def _make_images(self) -> None:
        value = self.got.json
        self.got.prompt = value["prompt"]
        if len(value["prompt"]) > 32_000:
            raise Rejected(
                "Invalid 'prompt': string too long.", param="prompt", code="string_above_max_length"
            )
        if not value["prompt"]:
            raise Rejected("The prompt is empty.", param="prompt")
        model = self.openai.model(value.get("model") or "gpt-image-1.5", status=404)
        streamed = bool(value.get("stream"))
        checks.image_options(value, model, streamed=streamed)
        checks.size_of(value.get("size"), model, None)
        self._take_time()
        pictures = [self._draw(value, model) for _ in range(value.get("n") or 1)]
        if streamed:
            if self._is("response_failed"):
                self.faulty = Fault("error_event")
            self._send_events(answers.images_events(pictures[0]))
        else:
            if self._is("response_failed"):
                raise Rejected("The model failed.", type="server_error", status=500)
            self._send_json(answers.images_answer(pictures))

    # What they are made of

    def _is(self, name: str) -> bool:
        return self.faulty is not None and self.faulty.name == name

    def _take_time(self) -> None:
        """Wait as long as was asked for, or until the client hangs up."""
        seconds = self.openai.delay if self.command == "POST" else 0.0
        if self.faulty is not None and self.faulty.name == "slow":
            seconds += self.faulty.seconds
        if self._is("stall") and not self.got.json.get("stream"):
            seconds = math.inf
        self.until = self.began + seconds
        if seconds == math.inf:
            self.openai.wait(self.connection, seconds)

    def _rest(self) -> None:
        """Let the time pass that the answer is to take, less what it took; then it counts."""
        while self.openai.is_held:
            self.openai.wait(self.connection, 0.02)
        self.openai.wait(self.connection, self.until - time.monotonic())
        self.got.seconds = time.monotonic() - self.began
        self.openai.made_pictures(self.drawn)

    def _signed(self, value: dict[str, Any], model: Model) -> str:
        return model.snapshot or value["model"]

    def _text_usage(self, made: int, reasoned: int = 0) -> dict[str, Any]:
        given = _tokens(self.got.prompt) + 765 * len(self.got.pictures)
        return {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": made + reasoned,
            "output_tokens_details": {"reasoning_tokens": reasoned},
            "total_tokens": given + made + reasoned,
        }

    def _describe(
        self, model: Model, limit: int | None, effort: str | None
    ) -> tuple[str, bool, int, bool]:
        """The model's words, whether it declines, tokens of reasoning, whether it was cut."""
        asked = re.findall(r"(\d+)(?: |-)words?\b", self.got.prompt)
        most = int(asked[-1]) if asked else 40
        if self._is("empty_text"):
            text = ""
        elif self._is("refusal"):
            text = "I'm sorry, but I can't help with that."
        elif self._is("too_many_words"):
            text = _too_long(most)
        else:
            text = self.openai.next_description() or (
                drawing.describe(self.got.pictures[0], most)
                if self.got.pictures
                else "There is no picture to describe."
            )
        reasoned = _REASONING.get(effort or "medium", 512) if model.reasons else 0
        room = math.inf if limit is None else limit - reasoned
        if self._is("incomplete"):
            room = min(room, _tokens(text) // 2)
        cut = _tokens(text) > room
        if cut:
            text = text[: max(0, int(room)) * 4]
        return text, self._is("refusal"), reasoned, cut

    def _draw(self, options: dict[str, Any], model: Model) -> Picture:
        condition = self.got.pictures[0] if self.got.pictures else None
        if options.get("action") == "generate":
            condition = None
        if options.get("action") == "edit" and condition is None:
            raise Rejected("There is no image to edit.", param="action", code="invalid_value")
        asked = checks.size_of(options.get("size"), model, condition)
        format = options.get("output_format") or "png"
        quality = options.get("quality") or "auto"
        quality = "medium" if quality in {"auto", "standard", "hd"} else quality
        streamed = bool(self.got.json.get("stream"))
        partials = (options.get("partial_images") or 0) if streamed else 0

        size, really = asked, format
        if self._is("wrong_size"):
            size = (640, 480) if asked != (640, 480) else (512, 512)
        if self._is("wrong_format"):
            really = "jpeg" if format == "png" else "png"
        picture = drawing.draw(condition, self.got.words, size, self.openai.next_drift())
        made = picture if self.openai.rewrite is None else self.openai.rewrite(picture)
        if isinstance(made, bytes):
            data = made
        else:
            picture = made
            data = drawing.file_of(picture, really, answers.new_id("manifest"))
        if self._is("not_an_image"):
            data = b"<html><body>This is no picture.</body></html>"
        elif self._is("truncated_image"):
            data = data[: len(data) // 2]
        elif self._is("bomb"):
            data = drawing.picture_bomb()
        encoded: str | None = base64.b64encode(data).decode()
        if self._is("bad_base64"):
            encoded = "@@ this is not base64 @@"
        status, error = "completed", None
        if self._is("null_result"):
            encoded = None
        if self._is("failed_status") or self._is("moderation_item"):
            encoded, status = None, "failed"
        if self._is("moderation_item"):
            error = {
                "code": "moderation_blocked",
                "message": "Your request was rejected by the safety system.",
                "param": None,
                "type": "image_generation_user_error",
                "moderation_details": {"categories": ["violence"], "moderation_stage": "output"},
            }
        steps = [
            base64.b64encode(
                drawing.file_of(
                    picture.resize((size[0] // 8, size[1] // 8)).resize(size), really, str(step)
                )
            ).decode()
            for step in range(0 if self._is("no_partials") else partials)
        ]
        self.drawn += encoded is not None
        return Picture(
            encoded,
            size=f"{asked[0]}x{asked[1]}",
            format=format,
            quality=quality,
            usage=answers.usage_of_picture(
                self.got.prompt, len(self.got.pictures), asked, quality, len(steps)
            ),
            revised_prompt=f"A picture, made as asked: {self.got.words}",
            action="edit" if condition else "generate",
            partials=steps,
            status=status,
            error=error,
        )

    # Sending

    def _send_json(
        self, value: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self._send(json.dumps(value).encode(), "application/json", status, headers)

    def _send(
        self, data: bytes, type: str, status: int, headers: dict[str, str] | None = None
    ) -> None:
        if status == 200:
            self._rest()
        self.got.status = status
        self._start(type, status, {"Content-Length": str(len(data)), **(headers or {})})
        if self._is("disconnect"):
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            raise Hung
        self.wfile.write(data)
        self.wfile.flush()

    def _start(self, type: str, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("x-request-id", self.got.request_id)
        self.send_header("openai-version", "2020-10-01")
        took = round((time.monotonic() - self.began) * 1000)
        self.send_header("openai-processing-ms", str(took))
        for name, value in {**self.limit_headers, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_events(self, events: Iterator[dict[str, Any]], *, named: bool = True) -> None:
        """Send a stream of events, the last when the answer is to be there."""
        self.got.status = 200
        self._start("text/event-stream; charset=utf-8", 200, {"Transfer-Encoding": "chunked"})
        self.wfile.flush()
        event = next(events, None)
        count = 0
        while event is not None:
            fault = self.faulty
            if fault is not None and count >= fault.after:
                if fault.name == "disconnect":
                    self.wfile.write(b"40\r\nevent: ")
                    self.wfile.flush()
                    raise Hung
                if fault.name == "stall":
                    self.openai.wait(self.connection, math.inf)
                if fault.name == "error_event":
                    self._send_error_event(count, named=named)
                    break
            following = next(events, None)
            if following is None:
                self._rest()
            elif self.openai.pace:
                self.openai.wait(self.connection, self.openai.pace)
            self._send_event(event, named=named)
            event = following
            count += 1
        if not named:
            self._send_chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _send_event(self, event: dict[str, Any], *, named: bool) -> None:
        name = f"event: {event['type']}\n" if named else ""
        self._send_chunk(f"{name}data: {json.dumps(event)}\n\n".encode())

    def _send_error_event(self, count: int, *, named: bool) -> None:
        said = "The server had an error while processing your request."
        event: dict[str, Any] = {"type": "error"}
        if self.got.path == "/v1/responses":
            event |= {"code": "server_error", "message": said, "param": None}
            event["sequence_number"] = count
        else:
            event |= answers.error_body(said, type="server_error", code="server_error")
        self._send_event(event, named=named)

    def _send_chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


_REASONING = {"none": 0, "minimal": 0, "low": 64, "medium": 512, "high": 2048, "xhigh": 4096}
"""Tokens that a model spends on reasoning, by effort."""

_SAFETY = "Your request was rejected by the safety system."
_REFUSALS: dict[str, tuple[int, str, str | None, str, bool]] = {
    "rate_limit": (
        429, "requests", "rate_limit_exceeded", "Rate limit reached. Please try again.", True,
    ),
    "quota": (
        429, "insufficient_quota", "insufficient_quota",
        "You exceeded your current quota, please check your plan and billing details.", False,
    ),
    "spend_limit": (
        429, "insufficient_quota", "project_spend_limit_exceeded",
        "The project has reached its spend limit.", False,
    ),
    "billing_limit": (
        400, "image_generation_user_error", "billing_hard_limit_reached",
        "Billing hard limit has been reached.", False,
    ),
    "bad_key": (
        401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided.", False,
    ),
    "forbidden": (
        403, "invalid_request_error", "unsupported_country_region_territory",
        "Country, region, or territory not supported.", False,
    ),
    "moderation": (400, "image_generation_user_error", "moderation_blocked", _SAFETY, False),
    "bad_request": (
        400, "invalid_request_error", "invalid_value", "Invalid value for this server.", False,
    ),
    "server_error": (
        500, "server_error", "server_error", "The server had an error, sorry about that.", False,
    ),
    "overloaded_503": (
        503, "service_unavailable_error", "server_is_overloaded",
        "Our servers are currently overloaded. Please try again later.", True,
    ),
}  # fmt: skip
"""The refusals: status, type, code, message, and whether Retry-After stands in the header."""


_RAMBLING = "a wide field of tall grass under pale clouds and beside it an old stone wall,"


def _tokens(text: str) -> int:
    return math.ceil(len(text) / 4)


def _too_long(limit: int) -> str:
    words = _RAMBLING.split(" ")
    return " ".join(words[index % len(words)] for index in range(2 * limit + 5)).strip(",") + "."


def _form_value(name: str, text: str) -> Any:
    """A form has words alone; some of them stand for numbers, and true or false."""
    if name in {"n", "partial_images", "output_compression", "frame_count"}:
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if name == "stream":
        return {"true": True, "false": False}.get(text, text)
    return text
