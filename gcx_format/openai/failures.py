"""What went wrong with a call: the client's errors and the server's codes as errors of gcx.

Nothing here repeats keys, words or pictures. Of what a server says, messages repeat the code and
at most one line, from which the key and all that was sent are taken out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

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
from gcx_format.openai.client import DEFAULT_URL
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import openai

    from gcx_format.settings import Settings

__all__ = ["Failures", "OutOfTimeError", "refused_before_beginning", "tidy"]

_EXHAUSTED = re.compile("quota|balance|billing|spend_limit|hard_limit")
"""What the codes have in common that say that there is nothing left to spend."""

_MODERATED = re.compile("moderation|content_policy|safety|bio_policy|invalid_prompt")
"""What the codes have in common that say that moderation refused."""

_NO_MODEL = re.compile("model_not_found|model_retired|model_deprecated|unknown_model")

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
        """See `gcx_format.openai.call.call`."""
        self.doing: Final = doing
        self.settings: Final = settings
        self.billable: Final = billable
        self._models: Final = models or {}
        self._private: Final = private
        self._if_refused: Final = if_refused

    def cancelled(self, request_id: str | None, *, sent: bool) -> CancelledError:
        """The caller cancelled."""
        return CancelledError(
            f"{self.doing}: cancelled",
            request_id=request_id,
            may_have_cost=self.billable and sent,
        )

    def asks_to_wait(self, failed: ServiceError, wait: float) -> ServiceError:
        """The server names a time that is too long to wait for."""
        if isinstance(failed, RateLimitError):
            return RateLimitError(
                f"{self.doing}: too many requests, and the server asks to wait {wait:.0f} seconds",
                request_id=failed.request_id,
                remedy=_LATER,
            )
        return failed

    def bad_answer(
        self, reason: str, request_id: str | None, *remedies: Remedy, at_risk: bool
    ) -> BadAnswerError:
        """An answer is not what was asked for; to try again is the remedy where none is given."""
        error = BadAnswerError(
            f"{self.doing}: {reason}", request_id=request_id, may_have_cost=at_risk
        )
        error.remedies = remedies or (_AGAIN,)
        return error

    def not_the_api(self, request_id: str | None, *, at_risk: bool) -> BadAnswerError:
        """An answer is not one of this API at all."""
        reason = "the reply is not a valid OpenAI API response"
        return self.bad_answer(reason, request_id, _CHECK_SERVER, at_risk=at_risk)

    def explain(
        self, error: Exception, *, sent: bool, request_id: str | None, attempts: int
    ) -> ServiceError:
        """The error of gcx for one of the client.

        Raises:
            Exception: the error itself, where it is not one of the client's but a bug.
        """
        import openai

        if isinstance(error, openai.APIStatusError):
            refused = refused_before_beginning(error, billable=self.billable)
            return self.by_code(
                " ".join(filter(None, (error.code, error.type))) or None,
                error.message,
                error.request_id or request_id,
                status=error.status_code,
                param=error.param,
                may_have_cost=self.billable and error.status_code >= 500 and not refused,
                attempts=attempts,
            )
        at_risk = self.billable and sent
        if isinstance(error, (OutOfTimeError, openai.APIConnectionError)):
            if not sent:
                return self._unreachable()
            if isinstance(error, (OutOfTimeError, openai.APITimeoutError)):
                return ServiceTimeoutError(
                    f"{self.doing}: no complete answer within "
                    f"{self.settings.timeout_seconds:g} seconds",
                    request_id=request_id,
                    may_have_cost=at_risk,
                    remedy=_raise_limit("timeout_seconds"),
                )
            return ConnectionLostError(
                f"{self.doing}: the connection broke off before the answer was complete",
                request_id=request_id,
                may_have_cost=at_risk,
                remedy=_AGAIN,
            )
        if isinstance(error, (openai.APIResponseValidationError, json.JSONDecodeError)):
            return self.not_the_api(request_id, at_risk=at_risk)
        if isinstance(error, openai.APIError):  # an error in the middle of a stream
            return self.by_code(
                error.code or error.type, error.message, request_id, may_have_cost=at_risk
            )
        raise error

    def by_code(
        self,
        code: str | None,
        message: str | None,
        request_id: str | None,
        *,
        may_have_cost: bool,
        status: int | None = None,
        param: str | None = None,
        attempts: int = 1,
    ) -> ServiceError:
        """The error for a code, or else for an HTTP status."""
        code = tidy(code, 120) or ""  # where it has two parts, the second is the type
        param = tidy(param, 60) or ""
        kind, reason, *remedies = self._kind_of(code, message, status, param, attempts)
        error = kind(f"{self.doing}: {reason}", request_id=request_id, may_have_cost=may_have_cost)
        error.remedies = tuple(remedies)
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
            return self._no_model(message)
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
        if (status is not None and status >= 500) or "server_error" in code:
            by = f"HTTP {status}" if status else code_alone
            return ServerFaultError, f"the server failed ({by}){after}", _LATER
        if status in (404, 405) and not param:
            reason = f"the server at {self._host()} has no such route (HTTP {status})"
            route = Remedy("change setting", setting="route", variable="GCX_ROUTE")
            return RejectedRequestError, reason, _CHECK_SERVER, route
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
        if status not in (400, 404, 410, 422) or not self._models:
            return False
        return param.split(".")[-1] == "model" or (
            status in (404, 410)
            and any(model in (message or "") for model in self._models.values())
        )

    def _no_model(self, message: str | None) -> tuple[type[ServiceError], str, *tuple[Remedy, ...]]:
        """Which model it is about, and which setting names it."""
        # The longest first, for the name of one model may begin that of another.
        by_length = sorted(self._models.items(), key=lambda item: len(item[1]), reverse=True)
        named = dict([item for item in by_length if item[1] in (message or "")][:1] or self._models)
        models = " or ".join(str(tidy(model, 80)) for model in named.values()) or "the model"
        return (
            RetiredModelError,
            f"the server does not have {models}, or no longer, or not for this key",
            *(
                Remedy("change model", setting=name, variable=f"GCX_{name.upper()}")
                for name in named
            ),
        )

    def _unreachable(self) -> ConnectionLostError:
        error = ConnectionLostError(f"{self.doing}: the server at {self._host()} cannot be reached")
        error.remedies = Remedy("check network"), _CHECK_SERVER
        return error

    def _host(self) -> str:
        """Host and port, without what else an address may hold, such as a password."""
        try:
            parts = urlsplit(self.settings.openai_base_url or DEFAULT_URL)
            return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            return "openai_base_url"

    def _said(self, code: str, message: str | None) -> str:
        """What the server said, if it repeats nothing that was sent."""
        said = tidy(message, 200)
        if said:
            key = self.settings.openai_api_key
            secret = key.get_secret_value() if key else ""
            said = re.sub(r"\bsk-[\w*-]+", "[key]", said)
            if secret and secret in said:
                said = said.replace(secret, "[key]")
            said = re.sub(r"data:image/[^\s,]*,\S*|[A-Za-z0-9+/=_-]{60,}", "[data]", said)
            if self._private and _overlap(said, self._private) >= 16:
                said = None
        told = "; ".join(part for part in (code, said) if part)
        return f": {told}" if told else ""


def refused_before_beginning(error: openai.APIStatusError, *, billable: bool) -> bool:
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
    return not billable and (status >= 500 or status in (408, 409))


def tidy(text: object, longest: int) -> str | None:
    """On one line, and no longer than that; None for what is no text."""
    if not isinstance(text, str):
        return None
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _raise_limit(setting: str) -> Remedy:
    return Remedy("raise limit", setting=setting, variable=f"GCX_{setting.upper()}")


def _overlap(one: str, other: str) -> int:
    """How many characters in a row two texts have in common."""
    return SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
