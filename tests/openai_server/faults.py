"""What can go wrong at a server of models, by name.

Put a fault in the queue with `server.script(...)`: each POST takes the next one. A fault given
a `route` waits for a request to that path (with its method GET too), and lets others pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["FAULTS", "Fault"]

FAULTS: Final = MappingProxyType(
    {
        "ok": "none: the request is answered as it should be",
        # refused before any work
        "rate_limit": "429 rate_limit_exceeded with Retry-After",
        "quota": "429 insufficient_quota, which waiting does not cure",
        "spend_limit": "429 project_spend_limit_exceeded, which waiting does not cure",
        "billing_limit": "400 billing_hard_limit_reached",
        "bad_key": "401 invalid_api_key, whatever the key",
        "forbidden": "403: the key may not use this",
        "retired_model": "model_not_found, 400 at /responses and 404 elsewhere",
        "moderation": "400 moderation_blocked",
        "bad_request": "400 invalid_request_error of another kind",
        "server_error": "500",
        "overloaded_503": "503 with Retry-After",
        "bad_gateway": "502 with a page of HTML from a proxy",
        "no_responses_route": "404, as a server answers that has no such route",
        "reset": "the connection is closed without an answer",
        # the connection
        "disconnect": "the connection breaks in the middle of the answer",
        "stall": "nothing more comes until the client gives up",
        "slow": "the answer takes some time longer",
        "not_json": "200 with a page of HTML",
        # a stream that ends badly, though the connection holds
        "error_event": "the stream carries an error and ends",
        "response_failed": "the response has the status failed (server_error)",
        # pictures
        "bad_base64": "the picture is not base64",
        "not_an_image": "base64 of something else",
        "truncated_image": "the picture's file is cut short",
        "bomb": "the picture claims 60,000 x 60,000 pixels",
        "wrong_size": "a picture of another size than asked for",
        "wrong_format": "a picture of another format than asked for",
        "null_result": "no picture, though the call says it is complete",
        "no_call": "the model answers in words instead of making a picture",
        "failed_status": "the picture's call has the status failed",
        "moderation_item": "the picture's call has failed, with moderation_blocked beside it",
        "no_partials": "the stream brings no partial picture, whatever was asked for",
        # words
        "too_many_words": "a description twice as long as allowed",
        "empty_text": "a description without a word",
        "incomplete": "an answer cut short by max_output_tokens",
        "refusal": "the model declines in words",
    }
)
"""Every fault, and what it does."""


@dataclass(frozen=True)
class Fault:
    """A fault for one request.

    Attributes:
        name: one of `FAULTS`.
        route: the path, as `/v1/models`, that it waits for; None takes the next POST.
        retry_after: seconds for the header of that name, or None to leave it out.
        status: another HTTP status than usual; used by those faults that answer with one.
        after: for `disconnect`, `stall` and `error_event` in a stream: how many events come
            before.
        seconds: for `slow`: how much longer.
    """

    name: str
    route: str | None = None
    retry_after: float | None = 1
    status: int | None = None
    after: int = 2
    seconds: float = 0.5

    def __post_init__(self) -> None:
        """Refuse names that mean nothing."""
        if self.name not in FAULTS:
            raise ValueError(f"no fault is called {self.name!r}")
