"""Describing with a model behind OpenAI's API, or behind any server that speaks it.

The Responses API is asked, or chat/completions if a server has nothing else. The prompts are in
`gcx_format/prompts/describe.toml`. Words are counted here, and if there are too many, the model
is asked to shorten them in the same conversation.

The model gets one picture and the prompt, nothing else, and the server is told not to store
them. Its answer is treated as text for a file, whatever it says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gcx_format import prompts
from gcx_format.describe import cleanup, sent_picture
from gcx_format.describe.describer import Answer, Call, Describer
from gcx_format.errors import (
    CancelledError,
    DescriptionError,
    GcxError,
    RefusedError,
    RejectedRequestError,
    ServiceError,
    SpendingLimitError,
)
from gcx_format.openai.call import Exchange, call
from gcx_format.openai.client import obstacle
from gcx_format.remedies import Remedy
from gcx_format.spending import assumed_prices, cost_of, estimate_description

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion
    from openai.types.responses import Response
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["OpenAIDescriber"]

T = TypeVar("T")

_MOST_ASKED: Final = 3
"""Attempts at a description: one, and two more if something is wrong with it."""

_LEAST_TOKENS: Final = 2000
_TOKENS_PER_WORD: Final = 8
"""The limit for an answer: many times what the words take, since reasoning tokens count too."""

_MORE_TOKENS: Final = 4
"""The factor by which that limit grows after an answer that was cut short."""

_REASONS: Final = re.compile(r"(?:o[1-9]|gpt-(?:[5-9]|[1-9]\d))(?!.*-chat)")
"""Names of reasoning models; describing needs little reasoning."""

_REMEDY: Final = Remedy("write words")

_TOKENS: Final = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"}
"""What is counted, and what chat/completions calls it."""


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the model said.

    It is short if the server stopped at the token limit. Model, usage and request are as the server
    reports them; the usage may be empty.
    """

    text: str
    is_short: bool
    is_refused: bool
    model: str
    usage: Mapping[str, Any]
    request_id: str | None


class OpenAIDescriber(Describer):
    """Asks the server that the settings name, with their model and prompt."""

    name = "openai"
    title = "OpenAI"
    automatic = True
    at_once = 8

    def __init__(self, options: Any, settings: Settings) -> None:
        super().__init__(options, settings)
        self.lacks_responses = threading.Event()
        self._lock = threading.Lock()
        self._picture_url: str | None = None

    @property
    def model(self) -> str:
        return self.settings.describe_model

    def ready(self) -> GcxError | None:
        return obstacle(self.settings)

    def price(self, size: tuple[int, int]) -> Decimal:
        return estimate_description(self.settings, sent_picture.size_of(size))

    def assumed_prices(self) -> list[str]:
        return assumed_prices(self.settings, picture=False)

    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        with self._lock:  # several candidates may be asked for at once
            if self._picture_url is None:
                self._picture_url = sent_picture.data_url(picture)
        return _Dialogue(self, limit, call, self._picture_url, self.price(picture.size)).lead()


class _Dialogue:
    """A conversation with a model about one picture."""

    def __init__(
        self, describer: OpenAIDescriber, limit: int, call: Call, picture_url: str, price: Decimal
    ) -> None:
        self.settings = describer.settings
        self.lacks_responses = describer.lacks_responses
        self.limit = limit
        self.call = call
        self.picture_url = picture_url
        self.price = price
        self.prompt = prompts.prompt(f"describe-{self.settings.prompt}")
        self.instructions = self.prompt.fill("instructions", words=limit)
        self.request = self.prompt.fill("request", words=limit)
        self.turns: list[Any] = []  # after the request

    def lead(self) -> Answer:
        """Ask up to three times. If that fails, an earlier answer that was too long is cut."""
        limit = self.limit
        tokens = _LEAST_TOKENS + _TOKENS_PER_WORD * limit
        too_long: Answer | None = None
        try:
            for _ in range(_MOST_ASKED):
                reply = self._paid(tokens)
                text = cleanup.normalise(reply.text)
                count = cleanup.count_words(text)
                is_usable = count > 0 and not reply.is_refused and not cleanup.is_refusal(text)
                if is_usable and count <= limit and not reply.is_short:
                    return self._answer(text, reply, was_cut=False)
                if reply.is_short:
                    tokens *= _MORE_TOKENS
                if is_usable:
                    # The last word of an answer that was cut short may be incomplete.
                    whole = cleanup.cut(text, max(1, count - 1) if reply.is_short else count)
                    too_long = self._answer(whole, reply, was_cut=True)
                if is_usable and count > limit:
                    # The beginning of a runaway answer is enough, and costs less to send back.
                    self._object(cleanup.cut(text, 4 * limit), "too_long", count)
                elif not is_usable and not reply.is_short:
                    self._object(text, "unusable", count)
        except CancelledError:
            raise
        except (ServiceError, SpendingLimitError):
            if too_long is None:
                raise
        if too_long is None:
            raise self._nothing_usable(reply)
        return too_long

    def _answer(self, text: str, reply: _Reply, *, was_cut: bool) -> Answer:
        return Answer(
            text,
            was_cut=was_cut,
            model=reply.model,
            prompt=self.prompt.label,
            request_id=reply.request_id,
        )

    def _object(self, text: str, objection: str, count: int) -> None:
        goal = max(1, self.limit * 5 // 6)
        said = self.prompt.fill(objection, words=self.limit, count=count, goal=goal)
        self.turns += [
            {"role": "assistant", "content": text or "(nothing)"},
            {"role": "user", "content": said},
        ]

    def _nothing_usable(self, reply: _Reply) -> GcxError:
        if reply.is_refused or cleanup.is_refusal(reply.text):
            return RefusedError(
                "the model declined to describe this picture",
                request_id=reply.request_id,
                remedy=_REMEDY,
            )
        return DescriptionError("the model answered without a description", remedy=_REMEDY)

    def _paid(self, tokens: int) -> _Reply:
        """Ask once, and record the cost."""
        model = self.settings.describe_model
        with self.call.reserve(self.price, f"a description by {model}") as charge:
            try:
                reply = call(
                    lambda exchange: self._ask(exchange, tokens),
                    doing="describing",
                    settings=self.settings,
                    billable=True,
                    models={"describe_model": model},
                    if_refused=_REMEDY,
                    cancelled=self.call.cancelled,
                )
            except ServiceError as error:
                if not error.may_have_cost:
                    charge.release()
                raise
            usage = {
                name: reply.usage.get(name) or reply.usage.get(in_chat) or 0
                for name, in_chat in _TOKENS.items()
            }
            charge.settle(cost_of(reply.model, reply.usage), usage)
        return reply

    def _ask(self, exchange: Exchange, tokens: int) -> _Reply:
        try:
            with exchange.connect() as client:
                return self._ask_either(client, exchange, tokens)
        except (AttributeError, IndexError, TypeError):
            # The client does not validate answers: one may be anything, even a web page.
            raise exchange.not_the_api() from None

    def _ask_either(self, client: openai.OpenAI, exchange: Exchange, tokens: int) -> _Reply:
        """Ask through the API that the settings or the server call for."""
        import openai

        way = self.settings.chat_completions
        if way == "never" or (way == "auto" and not self.lacks_responses.is_set()):
            try:
                return self._ask_responses(client, exchange, tokens)
            except openai.APIStatusError as error:
                if error.status_code not in (404, 405, 501) or error.code or error.param:
                    raise
                if way == "never":
                    raise RejectedRequestError(
                        "describing: the server has no Responses API",
                        request_id=error.request_id,
                        remedy=Remedy(
                            "change setting",
                            setting="chat_completions",
                            variable="GCX_CHAT_COMPLETIONS",
                        ),
                    ) from None
            self.lacks_responses.set()
        return self._ask_chat(client, exchange, tokens)

    def _ask_responses(self, client: openai.OpenAI, exchange: Exchange, tokens: int) -> _Reply:
        import openai

        question = [
            {"type": "input_text", "text": self.request},
            {"type": "input_image", "image_url": self.picture_url, "detail": "high"},
        ]
        conversation: Any = [{"role": "user", "content": question}, *self.turns]

        def ask(reasons: bool) -> Response:
            return client.responses.create(
                model=self.settings.describe_model,
                instructions=self.instructions,
                input=conversation,
                max_output_tokens=tokens,
                reasoning={"effort": "low"} if reasons else openai.omit,
                store=False,
            )

        response = self._with_little_reasoning(ask)
        if response.error is not None:
            raise exchange.failure(response.error.code, response.error.message)
        reason = response.incomplete_details.reason if response.incomplete_details else None
        parts = [
            part for item in response.output if item.type == "message" for part in item.content
        ]
        return _Reply(
            text="".join(part.text for part in parts if part.type == "output_text"),
            is_short=reason == "max_output_tokens",
            is_refused=reason == "content_filter" or any(part.type == "refusal" for part in parts),
            model=str(response.model or self.settings.describe_model),
            usage=response.usage.model_dump() if response.usage else {},
            request_id=exchange.request_id,
        )

    def _ask_chat(self, client: openai.OpenAI, exchange: Exchange, tokens: int) -> _Reply:
        import openai

        question = [
            {"type": "text", "text": self.request},
            {"type": "image_url", "image_url": {"url": self.picture_url, "detail": "high"}},
        ]
        conversation: Any = [
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": question},
            *self.turns,
        ]

        def ask(reasons: bool) -> ChatCompletion:
            # Local servers know only the older name of the limit, reasoning models the newer.
            return client.chat.completions.create(
                model=self.settings.describe_model,
                messages=conversation,
                max_completion_tokens=tokens if reasons else openai.omit,
                max_tokens=openai.omit if reasons else tokens,
                reasoning_effort="low" if reasons else openai.omit,
            )

        completion = self._with_little_reasoning(ask)
        chosen = completion.choices[0]
        return _Reply(
            text=chosen.message.content or "",
            is_short=chosen.finish_reason == "length",
            is_refused=chosen.finish_reason == "content_filter" or bool(chosen.message.refusal),
            model=completion.model or self.settings.describe_model,
            usage=completion.usage.model_dump() if completion.usage else {},
            request_id=exchange.request_id,
        )

    def _with_little_reasoning(self, ask: Callable[[bool], T]) -> T:
        """Ask a reasoning model to reason little, if it accepts that option."""
        import openai

        if not _REASONS.match(self.settings.describe_model):
            return ask(False)
        try:
            return ask(True)
        except openai.BadRequestError as error:
            if not (error.param or "").startswith("reasoning"):
                raise
            return ask(False)
