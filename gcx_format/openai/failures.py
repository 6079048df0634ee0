"""What went wrong with a call: the client's errors and the server's codes as errors of gcx.

Nothing here repeats keys, words or pictures. Of what a server says, messages repeat the code and
at most one line, from which the key and all that was sent are taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit

from gcx_format.errors import (
    BadAnswerError,
    CancelledError,
    ConnectionLostError,
    QuotaError,
    RateLimitError,
    RefusedError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceError,
    ServiceTimeoutError,
)
from gcx_format.models import successor
from gcx_format.openai.client import DEFAULT_URL
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import httpx2
    import openai

    from gcx_format.settings import Settings

__all__ = [
    "Failures",
    "OutOfTimeError",
    "lacks_route",
    "refused_before_beginning",
    "refused_parameter",
    "tidy",
]

E = TypeVar("E", bound=ServiceError)

_EXHAUSTED = re.compile("quota|balance|billing|spend_limit|hard_limit")
"""What the codes have in common that say that there is nothing left to spend."""

_MODERATED = re.compile("moderation|content_policy|safety|bio_policy|invalid_prompt")
"""What the codes have in common that say that moderation refused."""

_NO_MODEL = re.compile("model_not_found|model_retired|model_deprecated|unknown_model")

_NO_ROUTE: Final = (404, 405, 501)
"""By which statuses servers say that they lack a part of the API."""

_MOST_MODELS: Final = 5
"""Of a server's models that a message names."""

_AGAIN: Final = Remedy("try again")
_LATER: Final = Remedy("try later")
_CHECK_SERVER: Final = Remedy("check server")


class OutOfTimeError(Exception):
    """There is no answer in the time allowed."""


class Failures:
    """The errors that a call can end with, for what it is for."""

    def __init__(
        self,
        doing: str,
        settings: Settings,
        *,
        billable: bool,
        models: Mapping[str, str] | None = None,
        private: str | None = None,
        if_refused: Remedy | None = None,
    ) -> None:
        self.doing: Final = doing
        self.settings: Final = settings
        self.billable: Final = billable
        self.models: Final = models or {}
        self.served: Iterable[str] = ()
        """The models that the server has, once one turns out to be missing."""

        self._private: Final = private
        self._if_refused: Final = if_refused

    def cancelled(self, request_id: str | None, *, sent: bool) -> CancelledError:
        """The caller cancelled."""
        return self._error(CancelledError, "cancelled", request_id, self.billable and sent)

    def asks_to_wait(self, failed: ServiceError, wait: float) -> ServiceError:
        """The server names a time that is too long to wait for."""
        if not isinstance(failed, RateLimitError):
            return failed
        return self.no_turn(wait, failed.request_id)

    def no_turn(self, wait: float, request_id: str | None = None) -> RateLimitError:
        """The limits of the server are reached, for longer than anyone waits."""
        reason = f"too many requests, and the server asks to wait {wait:.0f} seconds"
        return self._error(RateLimitError, reason, request_id, False, _LATER)

    def bad_answer(
        self, reason: str, request_id: str | None, *remedies: Remedy, at_risk: bool
    ) -> BadAnswerError:
        """An answer is not what was asked for; to try again is the remedy where none is given."""
        return self._error(BadAnswerError, reason, request_id, at_risk, *(remedies or (_AGAIN,)))

    def not_the_api(self, request_id: str | None, *, at_risk: bool) -> BadAnswerError:
        """An answer is not one of this API at all."""
        reason = "the reply is not a valid OpenAI API response"
        return self.bad_answer(reason, request_id, _CHECK_SERVER, at_risk=at_risk)

    def _error(
        self, kind: type[E], reason: str, request_id: str | None, at_risk: bool, *remedies: Remedy
    ) -> E:
        error = kind(f"{self.doing}: {reason}", request_id=request_id, may_have_cost=at_risk)
        error.remedies = remedies
        return error

    def explain(
        self, error: Exception, *, sent: bool, request_id: str | None, attempts: int
    ) -> ServiceError:
        """The error of gcx for one of the client.

        Raises:
            Exception: the error itself, where it is not one of the client's but a bug.
        """
        import httpx2
        import openai

        from gcx_format.openai.documents import UnreadableAnswerError

        if isinstance(error, openai.APIStatusError):
            if error.response.is_redirect:
                return self._redirected(error.response, error.request_id or request_id)
            refused = refused_before_beginning(error, billable=self.billable)
            undone = refused or error.status_code in _NO_ROUTE
            return self.by_code(
                _code_of(error) or None,
                _said_by(error),
                error.request_id or request_id,
                status=error.status_code,
                param=error.param,
                may_have_cost=self.billable and error.status_code >= 500 and not undone,
                attempts=attempts,
            )
        at_risk = self.billable and sent
        if isinstance(error, UnreadableAnswerError):
            at_risk = at_risk and not error.refused
            if error.reason is None:
                return self.not_the_api(request_id, at_risk=at_risk)
            return self.bad_answer(error.reason, request_id, _CHECK_SERVER, at_risk=at_risk)
        if isinstance(error, (OutOfTimeError, openai.APIConnectionError, httpx2.TransportError)):
            if not sent:
                reason = f"the server at {self._host()} cannot be reached"
                remedies = Remedy("check network"), _CHECK_SERVER
                return self._error(ConnectionLostError, reason, None, False, *remedies)
            if isinstance(error, (OutOfTimeError, openai.APITimeoutError, httpx2.TimeoutException)):
                reason = f"no complete answer within {self.settings.timeout_seconds:g} seconds"
                longer = Remedy(
                    "raise limit", setting="timeout_seconds", variable="GCX_TIMEOUT_SECONDS"
                )
                return self._error(ServiceTimeoutError, reason, request_id, at_risk, longer)
            reason = "the connection broke off before the answer was complete"
            return self._error(ConnectionLostError, reason, request_id, at_risk, _AGAIN)
        if isinstance(error, (openai.APIResponseValidationError, json.JSONDecodeError)):
            return self.not_the_api(request_id, at_risk=at_risk)
        if isinstance(error, openai.APIError):  # an error in the middle of a stream
            return self.by_code(_code_of(error), error.message, request_id, may_have_cost=at_risk)
        raise error

    def by_code(
        self,
        code: object,
        message: object,
        request_id: str | None,
        *,
        may_have_cost: bool,
        status: int | None = None,
        param: object = None,
        attempts: int = 1,
    ) -> ServiceError:
        """The error for a code, or else for an HTTP status."""
        kind, reason, *remedies = self._kind_of(
            _text(code, 120),  # where it has two parts, the second is the type
            message if isinstance(message, str) else None,
            status,
            _text(param, 60),
            attempts,
        )
        error = self._error(kind, reason, request_id, may_have_cost, *remedies)
        if isinstance(error, RetiredModelError):
            error.served = tuple(self.served)
        return error

    def _kind_of(
        self, code: str, message: str | None, status: int | None, param: str, attempts: int
    ) -> tuple[type[ServiceError], str, *tuple[Remedy, ...]]:
        """The class, the reason and the remedies."""
        code_alone = code.split(" ")[0]
        after = f", {attempts} times in a row" if attempts > 1 else ""
        if status == 401 or "invalid_api_key" in code:
            # The server's own message is left out: it shows parts of the key.
            return RejectedKeyError, "the server does not accept the key", Remedy("check key")
        if self._is_about_model(code, message, status, param):
            return self._no_model(code_alone, message)
        if _EXHAUSTED.search(code):
            reason = f"the account has nothing left to spend ({code_alone})"
            return QuotaError, reason, Remedy("add credit")
        if _MODERATED.search(code):
            reason = f"the server's moderation refused the words or the picture ({code_alone})"
            return RefusedError, reason, *filter(None, [self._if_refused])
        if status == 429 or "rate_limit" in code:
            return RateLimitError, f"too many requests{after}", _LATER
        if status == 403:
            reason = f"the key is not allowed to do this{self._said(code_alone, message)}"
            return RejectedKeyError, reason, Remedy("check key")
        if status in _NO_ROUTE and not param:
            reason = f"the server at {self._host()} has no such route (HTTP {status})"
            route = Remedy("change setting", setting="route", variable="GCX_ROUTE")
            return RejectedRequestError, reason + self._said("", message), _CHECK_SERVER, route
        if (status is not None and status >= 500) or "server_error" in code:
            by = f"HTTP {status}" if status else code_alone
            return ServerFaultError, f"the server failed ({by}){after}", _LATER
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

    def _no_model(
        self, code: str, message: str | None
    ) -> tuple[type[ServiceError], str, *tuple[Remedy, ...]]:
        """Which model it is about, and which setting names it."""
        # The longest first, for the name of one model may begin that of another.
        by_length = sorted(self.models.items(), key=lambda item: len(item[1]), reverse=True)
        named = dict([item for item in by_length if item[1] in (message or "")][:1] or self.models)
        models = " or ".join(str(tidy(model, 80)) for model in named.values()) or "the model"
        following = filter(None, map(successor, named.values()))
        follows = "".join(f"; its successor is {each}" for each in following)
        return (
            RetiredModelError,
            f"the server does not have {models}, or no longer, or not for this key"
            f"{self._said(code, message)}{self._what_it_has(named.values())}{follows}",
            *(
                Remedy("change model", setting=name, variable=f"GCX_{name.upper()}")
                for name in named
            ),
        )

    def _what_it_has(self, asked: Iterable[str]) -> str:
        """The models of the server whose names are nearest to those asked for."""
        names = sorted({name for name in self.served if name and tidy(name, 60) == name})
        near = [
            each for model in asked for each in get_close_matches(model, names, _MOST_MODELS, 0.5)
        ]
        told = list(dict.fromkeys(near or names))[:_MOST_MODELS]
        more = ", and others" if len(told) < len(names) else ""
        return f"; it has {', '.join(told)}{more}" if told else ""

    def _redirected(
        self, response: httpx2.Response, request_id: str | None
    ) -> RejectedRequestError:
        """The server sends us on: not with the key, and not with a request that costs something."""
        try:
            to = urlsplit(urljoin(str(response.url), response.headers.get("location", "")))
            host = f"{to.hostname}:{to.port}" if to.port else to.hostname
            place = tidy(f"{to.scheme}://{host}{to.path}", 120)
        except ValueError:
            place = "somewhere else"
        reason = (
            f"the server at {self._host()} redirects to {place} (HTTP {response.status_code}), and "
            "redirects are not followed"
        )
        return self._error(RejectedRequestError, reason, request_id, False, _CHECK_SERVER)

    def _host(self) -> str:
        """Host and port, without what else an address may hold, such as a password."""
        try:
            parts = urlsplit(self.settings.openai_base_url or DEFAULT_URL)
            return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            return "openai_base_url"

    def _said(self, code: str, message: str | None) -> str:
        """What the server said, if it repeats nothing that was sent."""
        said = (tidy(message, 200) or "").rstrip(".")
        if said:
            key = self.settings.openai_api_key
            secret = key.get_secret_value() if key else ""
            said = re.sub(r"\bsk-[\w*-]+", "[key]", said)
            if secret and secret in said:
                said = said.replace(secret, "[key]")
            said = re.sub(r"data:image/[^\s,]*,\S*|[A-Za-z0-9+/=_-]{60,}", "[data]", said)
            if self._private and _overlap(said, self._private) >= 16:
                said = ""
        told = "; ".join(part for part in (code, said) if part)
        return f": {told}" if told else ""


def refused_before_beginning(error: openai.APIStatusError, *, billable: bool) -> bool:
    """Whether to ask again: it may help, and no work can have been done."""
    if error.response.headers.get("x-should-retry") == "false":
        return False
    code = _code_of(error)
    status = error.status_code
    if status == 429:
        return not _EXHAUSTED.search(code)
    if status == 503:
        return True
    if status == 500 and isinstance(error.body, dict) and error.type:
        return True  # the API itself says that it failed, not something on the way to it
    return not billable and (status >= 500 or status in (408, 409))


def lacks_route(error: openai.APIStatusError, *models: str) -> bool:
    """Whether a server says that it lacks this part of the API, however it puts it.

    Some answer a model that they do not have in the same way, and then name it.

    Args:
        error: what it says.
        models: that were asked for.
    """
    if error.status_code not in _NO_ROUTE or _NO_MODEL.search(_code_of(error)):
        return False
    named = _text(error.param, 60).split(".")[-1] == "model"
    return not named and not any(model in _said_by(error) for model in models)


def refused_parameter(error: openai.APIStatusError, names: Iterable[str]) -> str | None:
    """Which of some parameters a server refuses, so that nothing was done; or None.

    Args:
        error: what the server says.
        names: of the parameters that were sent and could be left out.
    """
    code = _code_of(error)
    if error.status_code not in (400, 422) or any(
        pattern.search(code) for pattern in (_EXHAUSTED, _MODERATED, _NO_MODEL)
    ):
        return None
    param = _text(error.param, 60)
    texts = [param, _said_by(error)]
    # The longest first: output_format before format, image size before size.
    for text in filter(None, texts):
        for name in sorted(names, key=len, reverse=True):
            loosely = name.replace("_", "[_ -]")
            if re.search(rf"(?<![^\W_]){loosely}(s|ing|ed)?(?![^\W])", text, re.IGNORECASE):
                return name
    return None


def _code_of(error: openai.APIError) -> str:
    """Code and type, as far as they are words or numbers."""
    return " ".join(filter(None, (_text(error.code, 120), _text(error.type, 120))))


def _said_by(error: openai.APIStatusError) -> str:
    """The server's own words, wherever it puts them."""
    body: Any = error.body
    if isinstance(body, Mapping):
        detail = body.get("detail")
        if isinstance(detail, list):  # FastAPI names the place of each fault
            return "; ".join(
                f"{'.'.join(map(str, each['loc']))}: {each.get('msg')}"
                for each in detail[:5]
                if isinstance(each, Mapping) and isinstance(each.get("loc"), list)
            )
        for name in ("message", "detail", "error", "msg"):
            if isinstance(body.get(name), str):
                return str(body[name])
        return ""
    return "" if isinstance(body, str) and body.lstrip().startswith("<") else str(body or "")


def _text(value: object, longest: int) -> str:
    """What a server gives for a code or a name; empty where it is neither words nor a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return tidy(value, longest) or ""


def tidy(text: object, longest: int) -> str | None:
    """On one line, and no longer than that; None for what is no text."""
    if not isinstance(text, str):
        return None
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _overlap(one: str, other: str) -> int:
    """How many characters in a row two texts have in common."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
