"""Calls to an OpenAI-compatible server: the client, when to ask again, and what failed.

Both ends of the codec ask through `call`. It runs a request in a thread of its own, so that
time limits and cancellation hold at any moment, also while the server is silent: the
connection is then shut, and the server hears that nobody waits any more.

A request is sent again only where the server cannot have done the work: it refused before
beginning (rate limits, overload, its own word that it failed), or the request never left. A
call that may be charged for and broke off after that is an error that says so, and asking
again is left to the caller.

Nothing here logs or repeats keys, words or pictures. Of what a server says, messages repeat
the code and at most one line, from which the key and all that was sent are taken out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import queue
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from difflib import SequenceMatcher
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast
from urllib.parse import urlsplit

from gcx_format.errors import (
    BadAnswerError,
    CancelledError,
    ConnectionLostError,
    GcxError,
    MissingExtraError,
    MissingKeyError,
    QuotaError,
    RateLimitError,
    RefusedError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceError,
    ServiceTimeoutError,
    SettingsError,
)

if TYPE_CHECKING:
    import ssl

    import httpx2
    import openai

    from gcx_format.settings import Settings

__all__ = ["call", "connect", "deliver", "failure", "request_id", "require"]

T = TypeVar("T")


DEFAULT_URL: Final = "https://api.openai.com/v1"

_CONNECT_SECONDS: Final = 15.0
"""How long a connection may take to come about."""

_POLL_SECONDS: Final = 0.1
"""How often a waiting caller looks whether it has cancelled, or run out of time."""

_FIRST_WAIT: Final = 0.5
"""Seconds before the second attempt; doubled with each further one."""

_LONGEST_BACK_OFF: Final = 20.0
"""Seconds that a wait of our own choice has at most."""

_LONGEST_WAIT: Final = 90.0
"""Seconds that a server may ask for: its limits are per minute. More is an error that says so."""

_EXHAUSTED = re.compile("quota|balance|billing|spend_limit|hard_limit")
"""What the codes have in common that say that there is nothing left to spend."""

_MODERATED = re.compile("moderation|content_policy|safety|bio_policy|invalid_prompt")
"""What the codes have in common that say that moderation refused."""

_NO_MODEL = re.compile("model_not_found|model_retired|model_deprecated|unknown_model")

_log = logging.getLogger("gcx")


def require(settings: Settings) -> None:
    """Make sure that nothing is missing for asking a server; none is asked.

    Raises:
        MissingKeyError: no key is set.
        MissingExtraError: the `openai` package is not installed.
    """
    if settings.openai_api_key is None:
        raise MissingKeyError(
            "no key is set: set the environment variable OPENAI_API_KEY, or openai_api_key in "
            "the file that `gcx config --path` prints; a local server that needs no key takes "
            "any word"
        )
    try:
        import openai  # noqa: F401
    except ImportError:
        raise MissingExtraError("asking a model", "openai") from None


def connect(settings: Settings) -> openai.OpenAI:
    """A client for the server that the settings name. It never asks again by itself.

    Each request has a connection of its own. A kept one could be cut just as a request that
    costs something goes out on it, and nobody could tell whether it arrived.

    Raises:
        MissingKeyError: no key is set.
        MissingExtraError: the `openai` package is not installed.
        SettingsError: the address of the server is none.
    """
    require(settings)
    import httpx2
    import openai

    from gcx_format._version import __version__

    key = settings.openai_api_key
    assert key is not None  # as was just required
    seconds = settings.timeout_seconds
    timeout = httpx2.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
    base_url = settings.openai_base_url or DEFAULT_URL
    try:
        return openai.OpenAI(
            api_key=key.get_secret_value(),
            base_url=base_url,
            max_retries=0,
            timeout=timeout,
            default_headers={"User-Agent": f"gcx/{__version__} openai/{openai.__version__}"},
            http_client=openai.DefaultHttpxClient(
                verify=_ssl_context(),
                timeout=timeout,
                limits=httpx2.Limits(max_keepalive_connections=0),
                event_hooks={"request": [_watch_request], "response": [_watch_response]},
            ),
        )
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError, ValueError):
        raise SettingsError(
            "openai_base_url is no address of a server; it looks like http://localhost:8080/v1"
        ) from None


@cache
def _ssl_context() -> ssl.SSLContext:
    """One for all clients: reading the system's certificates takes most of a client's making."""
    import httpx2

    return httpx2.create_ssl_context()


def call(
    what: str,
    function: Callable[[], T],
    *,
    settings: Settings,
    may_cost: bool,
    cancelled: Callable[[], bool] | None = None,
    models: Mapping[str, str] | None = None,
    private: str | None = None,
) -> T:
    """Call a function that makes one request, again where that is safe, and map its errors.

    Args:
        what: is done, such as `"generating"`; messages begin with it.
        function: makes the request, through a client that `connect` made, and reads its answer
            to the end. It runs in another thread.
        settings: how long to wait, and how often to ask again.
        may_cost: whether the work is charged for, so that it must not be done twice.
        cancelled: asked ten times a second; once it is true, the connection is shut.
        models: the settings that name models of this request, and the models.
        private: words that were sent and must not stand in a message.

    Returns:
        What the function returns.

    Raises:
        ServiceError: the subclass that fits; `may_have_cost` says whether the work may have
            been done all the same. Errors of gcx that the function raises pass through.
    """
    context = _Context(what, settings, may_cost, models or {}, private)
    waited = 0.0
    for attempts in range(1, settings.max_retries + 2):
        attempt = _Attempt(function)
        try:
            return attempt.run(settings.timeout_seconds, cancelled)
        except _CallerCancelledError:
            raise context.cancelled(attempt) from None
        except GcxError:
            raise
        except Exception as error:
            failed = context.explain(error, attempt, attempts)
            wait = _wait_before_next(error, attempt, may_cost=may_cost, attempts=attempts)
        finally:
            attempt.abort()
        if wait is None or attempts > settings.max_retries:
            raise failed from None
        if wait > _LONGEST_WAIT or waited + wait > settings.timeout_seconds:
            raise context.asks_to_wait(failed, wait) from None
        waited += wait
        _log.info("%s: attempt %d failed, the next in %.1f s", what, attempts, wait)
        _sleep(wait, cancelled, context)
    raise AssertionError("the loop returns or raises")  # for mypy


def deliver(callback: Callable[..., object], *arguments: object) -> None:
    """From a function that `call` runs: have `call` call something in its own thread."""
    attempt = _attempt.get()
    if attempt is None:
        callback(*arguments)
    else:
        attempt.events.put(lambda: callback(*arguments))


def request_id() -> str | None:
    """From a function that `call` runs: by which the server knows the request."""
    attempt = _attempt.get()
    return None if attempt is None else attempt.request_id


def failure(
    what: str,
    code: str | None,
    message: str | None,
    *,
    settings: Settings,
    models: Mapping[str, str] | None = None,
    private: str | None = None,
    may_have_cost: bool = False,
) -> ServiceError:
    """From a function that `call` runs: the error for one that an answer told of.

    Args:
        what: is done, as for `call`.
        code: the server's, such as `moderation_blocked`.
        message: the server's.
        settings: the key in them is taken out of the message.
        models: as for `call`.
        private: as for `call`.
        may_have_cost: whether the work may be charged for.
    """
    context = _Context(what, settings, may_have_cost, models or {}, private)
    return context.by_code(code, message, None, None, request_id(), may_have_cost=may_have_cost)


# --- one attempt -------------------------------------------------------------------------


class _CallerCancelledError(Exception):
    """The caller wants no answer any more."""


class _OutOfTimeError(Exception):
    """There is no answer in the time allowed."""


class _Attempt(Generic[T]):
    """A function in a thread of its own, whose connections can be shut from outside.

    Attributes:
        sent: whether any of a request may have left.
        request_id: of the answer, as soon as its headers are there.
        events: what to call in the thread that waits; None once the function has ended.
    """

    def __init__(self, function: Callable[[], T]) -> None:
        self.sent = False
        self.request_id: str | None = None
        self.events: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._function = function
        self._result: T | None = None
        self._error: BaseException | None = None
        self._sockets: list[socket.socket] = []
        self._aborted = False
        self._ended = False

    def run(self, seconds: float, cancelled: Callable[[], bool] | None) -> T:
        """What the function returns or raises, or `_OutOfTimeError`, or `_CallerCancelledError`."""
        deadline = time.monotonic() + seconds
        if cancelled is not None and cancelled():
            raise _CallerCancelledError
        threading.Thread(target=self._work, name="gcx-call", daemon=True).start()
        while True:
            try:
                event = self.events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                event = _nothing
            if event is None:
                break
            event()
            if cancelled is not None and cancelled():
                if self._ended and self._error is None:
                    break  # it has arrived and was paid for
                raise _CallerCancelledError
            if time.monotonic() > deadline:
                raise _OutOfTimeError
        if self._error is not None:
            raise self._error
        return cast(T, self._result)

    def abort(self) -> None:
        """Shut whatever connection is open. The thread ends by the error that this causes."""
        if self._ended:
            return
        self._aborted = True
        for opened in self._sockets:
            with contextlib.suppress(OSError):
                # Not the method of ssl.SSLSocket, which changes what another thread reads from.
                socket.socket.shutdown(opened, socket.SHUT_RDWR)

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """What httpcore calls at each step of a connection and a request."""
        if self._aborted and event.endswith(".started") and "close" not in event:
            raise _CallerCancelledError
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = details["return_value"].get_extra_info("socket")
            if isinstance(opened, socket.socket):
                self._sockets.append(opened)
        elif event.endswith("send_request_headers.started"):
            self.sent = True

    def _work(self) -> None:
        _attempt.set(self)
        try:
            self._result = self._function()
        except BaseException as error:
            self._error = error
        self._ended = True
        self.events.put(None)


_attempt: ContextVar[_Attempt[Any] | None] = ContextVar("attempt", default=None)
"""The attempt that this thread works for."""


def _nothing() -> None:
    pass


def _watch_request(request: httpx2.Request) -> None:
    attempt = _attempt.get()
    if attempt is not None:
        request.extensions["trace"] = attempt.trace


def _watch_response(response: httpx2.Response) -> None:
    attempt = _attempt.get()
    if attempt is not None:
        attempt.request_id = _tidy(response.headers.get("x-request-id"), 80)


def _sleep(seconds: float, cancelled: Callable[[], bool] | None, context: _Context) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if cancelled is not None and cancelled():
            raise context.cancelled(None)
        time.sleep(min(left, _POLL_SECONDS))


# --- asking again ------------------------------------------------------------------------


def _wait_before_next(
    error: Exception, attempt: _Attempt[Any], *, may_cost: bool, attempts: int
) -> float | None:
    """Seconds to wait before asking again, or None where that must not be."""
    import openai

    back_off = min(_FIRST_WAIT * 2.0 ** (attempts - 1), _LONGEST_BACK_OFF)
    back_off *= random.uniform(0.5, 1)
    if isinstance(error, openai.APIStatusError):
        if not _refused_before_beginning(error, may_cost=may_cost):
            return None
        asked = _retry_after(error.response.headers)
        # All who wait for the same moment must not come back in the same moment.
        return back_off if asked is None else asked + random.uniform(0, 0.1 + asked / 10)
    if isinstance(error, _OutOfTimeError):
        return None  # the caller's time is up
    if isinstance(error, openai.APIConnectionError):
        if isinstance(error.__cause__, _wrong_address()):
            return None
        return None if attempt.sent and may_cost else back_off
    return None


def _refused_before_beginning(error: openai.APIStatusError, *, may_cost: bool) -> bool:
    """Whether to ask again: it may help, and no work can have been done."""
    if error.response.headers.get("x-should-retry") == "false":
        return False
    code = f"{error.code or ''} {error.type or ''}"
    status = error.status_code
    if status == 429:
        return not _EXHAUSTED.search(code)
    if status == 503:
        return True
    if status == 500 and isinstance(error.body, dict) and error.type:
        return True  # the API itself says that it failed, not something on the way to it
    return not may_cost and (status >= 500 or status in (408, 409))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, or None."""
    for name, divisor in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / divisor
        except (KeyError, ValueError):
            continue
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    try:
        seconds = parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time()
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    return max(seconds, 0.0)


def _wrong_address() -> tuple[type[Exception], ...]:
    import httpx2

    return httpx2.UnsupportedProtocol, httpx2.LocalProtocolError


# --- what failed -------------------------------------------------------------------------


class _Context:
    """What a call was for, and so what can be said of its failing."""

    def __init__(
        self,
        what: str,
        settings: Settings,
        may_cost: bool,
        models: Mapping[str, str],
        private: str | None,
    ) -> None:
        self.what = what
        self.settings = settings
        self.may_cost = may_cost
        self.models = models
        self.private = private

    def cancelled(self, attempt: _Attempt[Any] | None) -> CancelledError:
        sent = attempt is not None and attempt.sent
        return CancelledError(
            f"{self.what}: cancelled",
            request_id=attempt.request_id if attempt else None,
            may_have_cost=self.may_cost and sent,
        )

    def asks_to_wait(self, failed: ServiceError, wait: float) -> ServiceError:
        if isinstance(failed, RateLimitError):
            return RateLimitError(
                f"{self.what}: too many requests, and the server asks to wait {wait:.0f} seconds: "
                "try again then",
                request_id=failed.request_id,
            )
        return failed

    def explain(self, error: Exception, attempt: _Attempt[Any], attempts: int) -> ServiceError:
        """The error of gcx for one of the client, or that error again where it is a bug."""
        import openai

        if isinstance(error, openai.APIStatusError):
            refused = _refused_before_beginning(error, may_cost=self.may_cost)
            return self.by_code(
                " ".join(filter(None, (error.code, error.type))) or None,
                error.message,
                error.status_code,
                error.param,
                error.request_id or attempt.request_id,
                may_have_cost=self.may_cost and error.status_code >= 500 and not refused,
                attempts=attempts,
            )
        known = attempt.request_id
        at_risk = self.may_cost and attempt.sent
        if isinstance(error, (_OutOfTimeError, openai.APITimeoutError)):
            if not attempt.sent:
                return ConnectionLostError(f"{self.what}: {self._unreachable()}")
            return ServiceTimeoutError(
                f"{self.what}: no whole answer within {self.settings.timeout_seconds:g} seconds; "
                "raise timeout_seconds (GCX_TIMEOUT_SECONDS), or ask for less quality",
                request_id=known,
                may_have_cost=at_risk,
            )
        if isinstance(error, openai.APIConnectionError):
            if not attempt.sent:
                return ConnectionLostError(f"{self.what}: {self._unreachable()}")
            return ConnectionLostError(
                f"{self.what}: the connection broke off before the answer was whole; try again",
                request_id=known,
                may_have_cost=at_risk,
            )
        if isinstance(error, (openai.APIResponseValidationError, json.JSONDecodeError)):
            return BadAnswerError(
                f"{self.what}: what the server answers is not of the OpenAI API; "
                "check openai_base_url (OPENAI_BASE_URL)",
                request_id=known,
                may_have_cost=at_risk,
            )
        if isinstance(error, openai.APIError):  # an error in the middle of a stream
            return self.by_code(
                error.code or error.type, error.message, None, None, known, may_have_cost=at_risk
            )
        raise error

    def by_code(
        self,
        code: str | None,
        message: str | None,
        status: int | None,
        param: str | None,
        known: str | None,
        *,
        may_have_cost: bool,
        attempts: int = 1,
    ) -> ServiceError:
        """The error for a code, or else for an HTTP status."""
        code = _tidy(code, 120) or ""  # where it has two parts, the second is the type
        param = _tidy(param, 60) or ""
        kind, reason = self._kind_and_reason(code, message, status, param, attempts)
        return kind(f"{self.what}: {reason}", request_id=known, may_have_cost=may_have_cost)

    def _kind_and_reason(
        self, code: str, message: str | None, status: int | None, param: str, attempts: int
    ) -> tuple[type[ServiceError], str]:
        code_alone = code.split(" ")[0]
        if status == 401 or "invalid_api_key" in code:
            # The server's own message is left out: it shows parts of the key.
            return RejectedKeyError, (
                "the server does not accept the key: check OPENAI_API_KEY; `gcx config` shows "
                "where the key comes from"
            )
        if self._is_about_model(code, message, status, param):
            return RetiredModelError, self._no_model(message)
        if _EXHAUSTED.search(code):
            return QuotaError, (
                f"the account has nothing left to spend ({code_alone}): add credit or raise its "
                "limit where the key is from; waiting does not help"
            )
        if _MODERATED.search(code):
            return RefusedError, (
                f"the server's moderation refused the words or the picture ({code_alone}); "
                "the preview needs no model: --generator preview"
            )
        if status == 429 or "rate_limit" in code:
            return RateLimitError, (
                f"too many requests{_after(attempts)}: try again later, or less at once"
            )
        if status == 403:
            return RejectedKeyError, (
                "the key is not allowed to do this"
                f"{self._said(code_alone, message)}: check what it is for where it is from"
            )
        if (status is not None and status >= 500) or "server_error" in code:
            by = f"HTTP {status}" if status else code_alone
            return ServerFaultError, f"the server failed ({by}){_after(attempts)}: try again later"
        if status in (404, 405) and not param:
            return RejectedRequestError, (
                f"the server at {self._host()} has no such route (HTTP {status}): check "
                "openai_base_url (OPENAI_BASE_URL), or choose another route (GCX_ROUTE)"
            )
        at = f"HTTP {status}" if status else "an error"
        about = f", about {param}" if param else ""
        return RejectedRequestError, (
            f"the server did not accept the request ({at}{about}){self._said(code_alone, message)}"
        )

    def _is_about_model(
        self, code: str, message: str | None, status: int | None, param: str
    ) -> bool:
        if _NO_MODEL.search(code):
            return True
        if status not in (400, 404, 410, 422) or not self.models:
            return False
        return param.split(".")[-1] == "model" or (
            status in (404, 410) and any(model in (message or "") for model in self.models.values())
        )

    def _no_model(self, message: str | None) -> str:
        """Which setting to change."""
        # The longest first, for the name of one model may begin that of another.
        by_length = sorted(self.models.items(), key=lambda item: len(item[1]), reverse=True)
        named = [item for item in by_length if item[1] in (message or "")][:1]
        said = " or ".join(
            f"{setting} (GCX_{setting.upper()}), now {_tidy(model, 80)}"
            for setting, model in named or self.models.items()
        )
        change = f"change {said}" if said else "choose another one"
        return (
            "the server does not have the model, or no longer, or not for this key: "
            f"{change}; `gcx doctor` lists what is there"
        )

    def _unreachable(self) -> str:
        return (
            f"the server at {self._host()} cannot be reached: check the network, and "
            "openai_base_url (OPENAI_BASE_URL)"
        )

    def _host(self) -> str:
        """Host and port, without what else an address may hold, such as a password."""
        try:
            parts = urlsplit(self.settings.openai_base_url or DEFAULT_URL)
            return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            return "openai_base_url"

    def _said(self, code: str, message: str | None) -> str:
        """What the server said, if it repeats nothing that was sent."""
        said = _tidy(message, 200)
        if said:
            key = self.settings.openai_api_key
            secret = key.get_secret_value() if key else ""
            said = re.sub(r"\bsk-[\w*-]+", "[key]", said)
            if secret and secret in said:
                said = said.replace(secret, "[key]")
            said = re.sub(r"data:image/[^\s,]*,\S*|[A-Za-z0-9+/=_-]{60,}", "[data]", said)
            if self.private and _overlap(said, self.private) >= 16:
                said = None
        told = "; ".join(part for part in (code, said) if part)
        return f": {told}" if told else ""


def _after(attempts: int) -> str:
    return f", {attempts} times in a row" if attempts > 1 else ""


def _overlap(one: str, other: str) -> int:
    """How many characters in a row two texts have in common."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size


def _tidy(text: object, longest: int) -> str | None:
    """On one line, and no longer than that; None for what is no text."""
    if not isinstance(text, str):
        return None
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
