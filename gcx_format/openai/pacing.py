"""The pace at which a server is asked: no faster than its answers say that it may be.

OpenAI's API tells with each answer how many requests and tokens are left, and when all of them
are there again. All threads of a program share one `Pacer` for each key and model, and wait
their turn there before they send anything. So a run with many calls at once goes as fast as the
limits allow, and is hardly ever refused.

The limits are taken as buckets that fill up steadily, as OpenAI's do. What is left in one is what
the newest answer said, less what was sent after its question.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcx_format.servers import is_free

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = [
    "LONGEST_WAIT",
    "Pacer",
    "StoppedError",
    "Ticket",
    "TooLongError",
    "go_on",
    "is_stopped",
    "pacer_for",
    "stop",
]

LONGEST_WAIT: Final = 90.0
"""Seconds that a server may ask for: its limits are per minute. More is an error that says so."""

_BLIND: Final = 4
"""Calls at once before the first answer, when nothing is known of the limits. A server that charges
nothing has none."""

_KEPT: Final = 0.1
"""The part of a limit that is left alone: requests do not arrive as evenly as they are sent."""

_POLL_SECONDS: Final = 0.1

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhd])")

_stopped = threading.Event()


def stop() -> None:
    """Send nothing more: whoever waits for a turn, or comes later, gets `StoppedError`."""
    _stopped.set()


def is_stopped() -> bool:
    """Whether nothing more is sent."""
    return _stopped.is_set()


def go_on() -> None:
    """Undo `stop`."""
    _stopped.clear()


class StoppedError(Exception):
    """A call was given up before it was sent."""


class TooLongError(Exception):
    """The next turn is farther away than anyone waits.

    Attributes:
        seconds: until it comes.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class _Bucket:
    """What may be sent of something, which fills up again; without limit until one is told."""

    def __init__(self) -> None:
        self._limit = math.inf
        self._rate = 0.0  # per second
        self._level = math.inf
        self._at = 0.0
        self.sent = 0.0
        """In all, ever."""

    def _flow(self, now: float) -> None:
        if self._limit < math.inf:
            self._level = min(self._limit, self._level + self._rate * max(0.0, now - self._at))
        self._at = now

    def wait(self, amount: float, now: float) -> float:
        """Seconds until so much may be sent; more than there can ever be waits for a full one."""
        self._flow(now)
        if self._limit == math.inf:
            return 0.0
        lacking = min(amount + self._limit * _KEPT // 1, self._limit) - self._level
        return lacking / self._rate if lacking > 0 else 0.0

    def take(self, amount: float, now: float) -> None:
        self._flow(now)
        self._level -= amount
        self.sent += amount

    def learn(self, told: _Told | None, sent_then: float, then: float, now: float) -> None:
        """Believe what an answer told; None: there is no limit.

        Args:
            told: what was left, in the answer.
            sent_then: what had been sent when its question was.
            then: when the server counted it.
            now: the time.
        """
        if told is None:
            self._limit = self._level = math.inf
            return
        self._flow(now)
        known = self._level + told.limit - self._limit
        if self._limit == math.inf:
            known = max(0.0, told.limit - self.sent)
        self._limit, self._rate = told.limit, told.rate
        after = self.sent - sent_then
        # Calls may overtake each other, so that an answer leaves out some that were sent before.
        self._level = min(known, told.limit, told.remaining + told.rate * (now - then) - after)


@dataclass(frozen=True, slots=True)
class _Told:
    """What headers say of requests or tokens.

    Attributes:
        limit: that may be sent at once after a rest.
        remaining: that may be sent now.
        rate: at which it grows again, per second.
    """

    limit: float
    remaining: float
    rate: float


def _told(headers: Mapping[str, str], what: str) -> _Told | None:
    remaining = _number(headers.get(f"x-ratelimit-remaining-{what}"))
    if remaining is None:
        return None
    limit = max(_number(headers.get(f"x-ratelimit-limit-{what}")) or 0.0, remaining, 1.0)
    reset = _seconds(headers.get(f"x-ratelimit-reset-{what}"))
    missing = limit - remaining
    rate = missing / reset if reset and missing else limit / 60
    return _Told(limit, remaining, rate)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _seconds(text: str | None) -> float | None:
    """A duration as Go prints it, such as `6m0s` or `120ms`, or a number of seconds."""
    if text is None or (plain := _number(text)) is not None:
        return None if text is None else plain
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


class Pacer:
    """Whose turn it is to ask a server; safe to use from any thread."""

    def __init__(self, *, blind: float = _BLIND) -> None:
        """A pacer, with so many calls at once as long as nothing is known."""
        self._blind = blind
        self._lock = threading.Lock()
        self._requests = _Bucket()
        self._tokens = _Bucket()
        self._tickets = self._newest = 0
        self._under_way = 0
        self._is_blind = True
        self._closed_until = 0.0

    def admit(self, tokens: int, cancelled: Callable[[], bool] | None = None) -> Ticket:
        """Wait for a turn.

        Args:
            tokens: that the call may take, as the server counts them.
            cancelled: asked ten times a second.

        Raises:
            StoppedError: the caller has cancelled, or the program stops.
            TooLongError: the turn does not come in a reasonable time.
        """
        while True:
            if _stopped.is_set():
                raise StoppedError
            with self._lock:
                now = time.monotonic()
                wait = max(
                    self._closed_until - now,
                    self._requests.wait(1, now),
                    self._tokens.wait(tokens, now),
                )
                if wait > LONGEST_WAIT:
                    raise TooLongError(wait)
                is_full = self._is_blind and self._under_way >= self._blind
                if wait <= 0 and not is_full:
                    self._requests.take(1, now)
                    self._tokens.take(tokens, now)
                    self._tickets += 1
                    self._under_way += 1
                    sent = self._requests.sent, self._tokens.sent
                    return Ticket(self, self._tickets, sent, now)
            _stopped.wait(min(wait, _POLL_SECONDS) if wait > 0 else _POLL_SECONDS / 4)
            if cancelled is not None and cancelled():
                raise StoppedError

    def refused(self, wait: float) -> None:
        """Have everyone wait that long, and then begin with a few."""
        with self._lock:
            self._closed_until = max(self._closed_until, time.monotonic() + wait)
            self._is_blind = True

    def _answered(self, ticket: Ticket, headers: Mapping[str, str], *, is_success: bool) -> None:
        told = _told(headers, "requests"), _told(headers, "tokens")
        with self._lock:
            if is_success:
                self._is_blind = False
            if ticket.number < self._newest or (told == (None, None) and not is_success):
                return
            self._newest = ticket.number
            now = time.monotonic()
            worked = _number(headers.get("openai-processing-ms"))
            # On its way a request may take long, with many of them at once.
            then = ticket.time if worked is None else max(ticket.time, now - worked / 1000)
            for bucket, each, sent in zip(
                (self._requests, self._tokens), told, ticket.sent, strict=True
            ):
                bucket.learn(each, sent, then, now)

    def _ended(self) -> None:
        with self._lock:
            self._under_way -= 1


@dataclass(frozen=True, slots=True)
class Ticket:
    """A turn, which lasts as long as the `with` block.

    Attributes:
        number: the place among all turns.
        sent: requests and tokens that had been sent with it, in all.
        time: when it began.
    """

    pacer: Pacer
    number: int
    sent: tuple[float, float]
    time: float

    def answered(self, headers: Mapping[str, str], *, is_success: bool) -> None:
        """Take in what the head of the answer says."""
        self.pacer._answered(self, headers, is_success=is_success)

    def __enter__(self) -> Ticket:
        return self

    def __exit__(self, *_: object) -> None:
        self.pacer._ended()


_pacers: dict[tuple[str | None, str | None, str], Pacer] = {}
_making = threading.Lock()


def pacer_for(settings: Settings, model: str) -> Pacer:
    """The pacer of a server, a key and a model, which all threads share."""
    key = settings.openai_api_key
    secret = None if key is None else key.get_secret_value()
    blind = math.inf if is_free(settings) else _BLIND
    with _making:
        return _pacers.setdefault((settings.openai_base_url, secret, model), Pacer(blind=blind))
