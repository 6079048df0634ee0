"""A call: one request and its answer, made again where that is safe.

`call` runs a request in a thread of its own, so that time limits and cancellation hold at any
moment, also while the server is silent: the connection is then shut, and the server hears that
nobody waits any more.

A request is sent again only where the server cannot have done the work: it refused before
beginning (rate limits, overload, its own word that it failed), or the request never left. A
call that may be charged for and broke off after that is an error that says so, and asking
again is left to the caller. Nothing here logs keys, words or pictures.
"""

from __future__ import annotations

import contextlib
import logging
import math
import queue
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from gcx_format.errors import (
    BadAnswerError,
    GcxError,
    RateLimitError,
    RetiredModelError,
    ServiceError,
)
from gcx_format.openai import pacing
from gcx_format.openai.client import connect
from gcx_format.openai.failures import Failures, OutOfTimeError, refused_before_beginning, tidy
from gcx_format.remedies import Remedy
from gcx_format.servers import is_here

if TYPE_CHECKING:
    import httpx2
    import openai

    from gcx_format.settings import Settings

__all__ = ["Exchange", "call", "list_models"]

T = TypeVar("T")

_POLL_SECONDS: Final = 0.1
"""How often a waiting caller looks whether it has cancelled, or run out of time."""

_FIRST_WAIT: Final = 0.5
"""Seconds before the second attempt; doubled with each further one."""

_LONGEST_BACK_OFF: Final = 20.0
"""Seconds that a wait of our own choice has at most."""

_LAST_SECONDS: Final = 10.0
"""How long what follows a result is waited for, such as what it cost."""

_MODELS_SECONDS: Final = 10.0
"""How long a server has to list its models, for the message of an error."""

_log = logging.getLogger("gcx")


def call(
    function: Callable[[Exchange], T],
    *,
    doing: str,
    settings: Settings,
    billable: bool,
    models: Mapping[str, str] | None = None,
    tokens: int = 0,
    private: str | None = None,
    if_refused: Remedy | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> T:
    """Call a function that makes one request, again where that is safe, and map its errors.

    Args:
        function: makes the request, through a client that the exchange connects, and reads its
            answer to the end. It runs in another thread.
        doing: what is done, such as `"generating"`; messages begin with it.
        settings: server and key, how long to wait, and how often to ask again.
        billable: whether the work is charged for, so that it must not be done twice.
        models: the settings that name models of this request, and the models; the first receives
            it, and has limits of its own.
        tokens: that the request may take, as the server counts them for its limits.
        private: words that were sent and must not stand in a message.
        if_refused: what helps where the server's moderation refuses.
        cancelled: asked ten times a second; once it is true, the connection is shut.

    Returns:
        What the function returns.

    Raises:
        ServiceError: the subclass that fits; `may_have_cost` says whether the work may have
            been done all the same. Errors of gcx that the function raises pass through.
    """
    failures = Failures(
        doing, settings, billable=billable, models=models, private=private, if_refused=if_refused
    )
    pacer = pacing.pacer_for(settings, next(iter(failures.models.values()), ""))
    waited = 0.0
    for attempts in range(1, settings.max_retries + 2):
        try:
            ticket = pacer.admit(tokens, cancelled)
        except pacing.StoppedError:
            raise failures.cancelled(None, sent=False) from None
        except pacing.TooLongError as error:
            raise failures.no_turn(error.seconds) from None
        exchange = Exchange(failures, ticket)
        try:
            with ticket:
                return exchange._run(function, cancelled)
        except _CallerCancelledError:
            raise failures.cancelled(exchange.request_id, sent=exchange._sent) from None
        except GcxError:
            raise
        except Exception as error:
            explain = partial(
                failures.explain,
                error,
                sent=exchange._sent,
                request_id=exchange.request_id,
                attempts=attempts,
            )
            failed = explain()
            if isinstance(failed, RetiredModelError):
                failures.served = _models_of(settings, cancelled)
                failed = explain()
            at_risk = billable and exchange._sent
            wait = _wait_before_next(error, attempts, billable=billable, at_risk=at_risk)
        finally:
            exchange._abort()
        if wait is None or attempts > settings.max_retries:
            raise failed from None
        if isinstance(failed, RateLimitError):
            pacer.refused(min(wait, pacing.LONGEST_WAIT))
        if wait > pacing.LONGEST_WAIT or waited + wait > settings.timeout_seconds:
            raise failures.asks_to_wait(failed, wait) from None
        waited += wait
        _log.info("%s: attempt %d failed, the next in %.1f s", doing, attempts, wait)
        if not _sleep(wait, cancelled):
            raise failures.cancelled(None, sent=False)
    raise AssertionError("the loop returns or raises")  # for mypy


class Exchange:
    """One attempt, for the function that makes its request; its connections can be shut.

    Attributes:
        request_id: by which the server knows the request, as soon as its answer begins.
    """

    def __init__(self, failures: Failures, ticket: pacing.Ticket | None = None) -> None:
        self.request_id: str | None = None
        self._failures: Final = failures
        self._ticket: Final = ticket
        self._sent = False  # whether any of a request may have left
        self._events: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._result: Future[Any] = Future()
        self._sockets: list[socket.socket] = []
        self._aborted = False
        self._kept: list[Any] = []

    def connect(self) -> openai.OpenAI:
        """A client for the server, to be closed at the end; see `gcx_format.openai.client`."""
        return connect(
            self._failures.settings,
            event_hooks={"request": [self._watch_request], "response": [self._watch_response]},
        )

    def fetch(self, address: str) -> bytes:
        """A file of the same server, such as a picture that it answers with the address of.

        Raises:
            ServiceError: it is somewhere else, where neither the key nor a request is sent, or
                it cannot be had.
        """
        import httpx2
        import openai

        with self.connect() as client:
            try:
                place = client.base_url.join(address)
            except httpx2.InvalidURL:
                place = httpx2.URL("about:blank")
            ours = client.base_url
            if place.scheme == ours.scheme and is_here(place.host) and is_here(ours.host):
                place = place.copy_with(host=ours.host)  # servers have several names for it
            if (place.scheme, place.host, place.port) != (ours.scheme, ours.host, ours.port):
                raise self.bad_answer(
                    f"the picture is at {tidy(place.host, 80) or 'an address'}, which is another "
                    "server, and nothing is fetched from there",
                    Remedy("check server"),
                )
            try:
                got = client.get(str(place), cast_to=httpx2.Response)
            except openai.APIStatusError as error:
                raise self.bad_answer(
                    f"the picture cannot be had from the address in the answer "
                    f"(HTTP {error.status_code})",
                    Remedy("check server"),
                ) from None
            return got.content

    def run_in_caller(self, callback: Callable[..., object], *arguments: object) -> None:
        """Have something called in the thread that waits for this exchange."""
        self._events.put(lambda: callback(*arguments))

    def keep(self, result: object) -> None:
        """Have a result returned that has arrived, whatever becomes of the rest of the answer."""
        self._kept.append(result)

    def failure(self, code: object, message: object) -> ServiceError:
        """The error for one that an answer tells of, by the server's code and message."""
        return self._failures.by_code(
            code, message, self.request_id, may_have_cost=self._failures.billable
        )

    def bad_answer(self, reason: str, *remedies: Remedy) -> BadAnswerError:
        """The error for an answer that is not what was asked for."""
        return self._failures.bad_answer(
            reason, self.request_id, *remedies, at_risk=self._failures.billable
        )

    def not_the_api(self) -> BadAnswerError:
        """The error for an answer that does not come from an OpenAI API."""
        return self._failures.not_the_api(self.request_id, at_risk=self._failures.billable)

    def _run(self, function: Callable[[Exchange], T], cancelled: Callable[[], bool] | None) -> T:
        """What the function returns or raises, or `OutOfTimeError`, or `_CallerCancelledError`.

        What was kept is returned in place of any of these errors.
        """
        deadline = time.monotonic() + self._failures.settings.timeout_seconds
        hurried = False
        if cancelled is not None and cancelled():
            raise _CallerCancelledError
        threading.Thread(target=self._work, args=[function], name="gcx-call", daemon=True).start()
        ended: type[Exception] | None = None
        while ended is None:
            if self._kept and not hurried:
                hurried = True
                deadline = min(deadline, time.monotonic() + _LAST_SECONDS)
            try:
                event = self._events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                event = _nothing
            if event is None:
                break
            event()
            if cancelled is not None and cancelled():
                if self._result.done() and self._result.exception() is None:
                    break  # it has arrived and was paid for
                ended = _CallerCancelledError
            elif time.monotonic() > deadline:
                ended = OutOfTimeError
        if self._kept and (ended or isinstance(self._result.exception(), Exception)):
            _log.info("%s: the answer ended badly after its result", self._failures.doing)
            return cast(T, self._kept[-1])
        if ended:
            raise ended
        return cast(T, self._result.result())

    def _work(self, function: Callable[[Exchange], object]) -> None:
        try:
            self._result.set_result(function(self))
        except BaseException as error:
            self._result.set_exception(error)
        self._events.put(None)

    def _abort(self) -> None:
        """Shut whatever connection is open. The thread ends by the error that this causes."""
        if self._result.done():
            return
        self._aborted = True
        for opened in self._sockets:
            with contextlib.suppress(OSError):
                # Not the method of ssl.SSLSocket, which changes what another thread reads from.
                socket.socket.shutdown(opened, socket.SHUT_RDWR)

    def _watch_request(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._trace

    def _watch_response(self, response: httpx2.Response) -> None:
        self.request_id = tidy(response.headers.get("x-request-id"), 80)
        if self._ticket is not None:
            self._ticket.answered(response.headers, is_success=response.is_success)

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        """What httpcore calls at each step of a connection and a request."""
        if self._aborted and event.endswith(".started") and "close" not in event:
            raise _CallerCancelledError
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            opened = details["return_value"].get_extra_info("socket")
            if isinstance(opened, socket.socket):
                self._sockets.append(opened)
        elif event.endswith("send_request_headers.started"):
            self._sent = True


class _CallerCancelledError(Exception):
    """The caller wants no answer any more."""


def list_models(
    settings: Settings, cancelled: Callable[[], bool] | None = None
) -> dict[str, str | None]:
    """The models of the server, each with the date of its shutdown where one is known.

    It costs nothing.

    Raises:
        ServiceError: the server cannot be asked, or has no such list.
    """

    def ask(exchange: Exchange) -> dict[str, str | None]:
        with exchange.connect() as client:
            dates = {str(m.id): getattr(m, "shutdown_date", None) for m in client.models.list()}
        return {name: date if isinstance(date, str) else None for name, date in dates.items()}

    return call(
        ask, doing="listing the models", settings=settings, billable=False, cancelled=cancelled
    )


def _models_of(settings: Settings, cancelled: Callable[[], bool] | None) -> list[str]:
    """The models that the server has; none where it does not say so soon."""
    seconds = min(_MODELS_SECONDS, settings.timeout_seconds)
    hurried = settings.model_copy(update={"timeout_seconds": seconds, "max_retries": 0})
    try:
        return list(list_models(hurried, cancelled))
    except Exception:  # whatever it is: the error that is to be told is another
        return []


def _nothing() -> None:
    pass


def _sleep(seconds: float, cancelled: Callable[[], bool] | None) -> bool:
    """Wait, and return whether the caller still does."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if pacing.is_stopped() or (cancelled is not None and cancelled()):
            return False
        time.sleep(min(left, _POLL_SECONDS))
    return True


def _wait_before_next(
    error: Exception, attempts: int, *, billable: bool, at_risk: bool
) -> float | None:
    """Seconds to wait before asking again, or None where that must not be."""
    import openai

    back_off = min(_FIRST_WAIT * 2.0 ** (attempts - 1), _LONGEST_BACK_OFF)
    back_off *= random.uniform(0.5, 1)
    if isinstance(error, openai.APIStatusError):
        if not refused_before_beginning(error, billable=billable):
            return None
        asked = _retry_after(error.response.headers)
        # All who wait for the same moment must not come back in the same moment.
        return back_off if asked is None else asked + random.uniform(0, 0.1 + asked / 10)
    if isinstance(error, openai.APIConnectionError):
        return None if at_risk or isinstance(error.__cause__, _wrong_address()) else back_off
    return None  # the caller's time is up, or it is a bug


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
