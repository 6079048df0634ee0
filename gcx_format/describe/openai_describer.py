"""Describing with a model behind OpenAI's API, or behind any server that speaks it.

The Responses API is asked, or chat/completions where a server has nothing else. What is said to
the model stands in `gcx_format/prompts/describe.toml`. Words are counted here to ask again where
there are too many, in the same conversation.

The model gets one picture and the prompt, nothing else, and the server is told not to keep it.
What it answers is text for a file, whatever it says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

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
    from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
    from openai.types.responses import Response, ResponseInputParam
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["OpenAIDescriber"]

T = TypeVar("T")

_MOST_ASKED: Final = 3
"""How often a description is asked for: once, and twice more where there is something wrong."""

_LEAST_TOKENS: Final = 2000
_TOKENS_PER_WORD: Final = 8
"""What an answer may have: many times what the words take, since the thoughts of a reasoning
model count too. An answer that is cut short all the same is asked for with more."""

_MORE_TOKENS: Final = 4
"""By which the tokens are multiplied then."""

_REASONS: Final = re.compile(r"(?:o[1-9]|gpt-(?:[5-9]|[1-9]\d))(?!.*-chat)")
"""How the names of models begin that think before they answer. To describe needs little of it."""

_REMEDY: Final = Remedy("write words")

_TOKENS: Final = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"}
"""What the usage counts, and what chat/completions calls that."""


@dataclass(frozen=True, slots=True)
class _Turn:
    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the model said.

    Attributes:
        text: as it came.
        is_short: whether the server broke off for the number of tokens.
        is_refused: whether the model declined.
        model: by the server's account.
        usage: likewise; empty where it gives none.
        request_id: by which the server knows it.
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
        """Nothing is asked yet."""
        super().__init__(options, settings)
        self._lock = threading.Lock()
        self._picture_url: str | None = None
        self._lacks_responses = threading.Event()

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self.settings.describe_model

    def ready(self) -> GcxError | None:
        """Whether there is no key, or the package is not installed."""
        return obstacle(self.settings)

    def price(self, size: tuple[int, int]) -> Decimal:
        """By the table of prices, for the picture as it is sent."""
        return estimate_description(self.settings, sent_picture.size_of(size))

    def assumed_prices(self) -> list[str]:
        """The model, where the table of prices does not have it."""
        return assumed_prices(self.settings, picture=False)

    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        """Ask for words, and ask again where they cannot be used as they are."""
        with self._lock:  # several candidates may be asked for at once
            if self._picture_url is None:
                self._picture_url = sent_picture.data_url(picture)
        dialogue = _Dialogue(
            settings=self.settings,
            limit=limit,
            call=call,
            prompt=prompts.prompt(f"describe-{self.settings.prompt}"),
            picture_url=self._picture_url,
            price=self.price(picture.size),
            lacks_responses=self._lacks_responses,
        )
        return dialogue.lead()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialogue:
    """With a model, about one picture.

    Attributes:
        limit: in words.
        picture_url: the picture as a data URL.
        price: what a call may cost, in US dollars.
        lacks_responses: set once the server turns out to have no Responses API.
    """

    settings: Settings
    limit: int
    call: Call
    prompt: prompts.Prompt
    picture_url: str
    price: Decimal
    lacks_responses: threading.Event

    def lead(self) -> Answer:
        """Ask, and ask again; where that fails, words of an earlier answer are taken, and cut.

        Raises:
            GcxError: there are none.
        """
        limit = self.limit
        turns = [_Turn("user", self.prompt.fill("request", words=limit))]
        tokens = _LEAST_TOKENS + _TOKENS_PER_WORD * limit
        too_long: Answer | None = None
        try:
            for _ in range(_MOST_ASKED):
                reply = self._paid(turns, tokens)
                text = cleanup.normalise(reply.text)
                count = cleanup.count_words(text)
                is_usable = count > 0 and not reply.is_refused and not cleanup.is_refusal(text)
                if is_usable and count <= limit and not reply.is_short:
                    return self._answer(text, reply, was_cut=False)
                if reply.is_short:
                    tokens *= _MORE_TOKENS
                if is_usable:
                    # Where the server broke off, the last word may be half a word.
                    whole = cleanup.cut(text, max(1, count - 1) if reply.is_short else count)
                    too_long = self._answer(whole, reply, was_cut=True)
                if is_usable and count > limit:
                    # Of a runaway answer the beginning is enough, and costs less to send back.
                    turns += self._again(cleanup.cut(text, 4 * limit), "too_long", count)
                elif not is_usable and not reply.is_short:
                    turns += self._again(text, "unusable", count)
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

    def _again(self, text: str, what: str, count: int) -> list[_Turn]:
        limit = self.limit
        goal = max(1, limit * 5 // 6)
        said = self.prompt.fill(what, words=limit, count=count, goal=goal)
        return [_Turn("assistant", text or "(nothing)"), _Turn("user", said)]

    def _nothing_usable(self, reply: _Reply) -> GcxError:
        if reply.is_refused or cleanup.is_refusal(reply.text):
            return RefusedError(
                "the model declines to describe this picture",
                request_id=reply.request_id,
                remedy=_REMEDY,
            )
        return DescriptionError("the model answers without a description", remedy=_REMEDY)

    def _paid(self, turns: list[_Turn], tokens: int) -> _Reply:
        """Ask once, and record what it cost."""
        model = self.settings.describe_model
        with self.call.reserve(self.price, f"a description by {model}") as charge:
            try:
                reply = call(
                    lambda exchange: self._ask(exchange, turns, tokens),
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

    def _ask(self, exchange: Exchange, turns: list[_Turn], tokens: int) -> _Reply:
        """Ask the server, and read its answer, whatever it is."""
        try:
            with exchange.connect() as client:
                return self._ask_somehow(client, exchange, turns, tokens)
        except (AttributeError, IndexError, TypeError):
            # The client checks no answers: it may hold anything, or be the text of a web page.
            raise exchange.not_the_api() from None

    def _ask_somehow(
        self, client: openai.OpenAI, exchange: Exchange, turns: list[_Turn], tokens: int
    ) -> _Reply:
        """Ask the server in the way that it understands."""
        import openai

        way = self.settings.chat_completions
        if way != "always" and not (way == "auto" and self.lacks_responses.is_set()):
            try:
                return self._ask_responses(client, exchange, turns, tokens)
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
        return self._ask_chat(client, exchange, turns, tokens)

    def _ask_responses(
        self, client: openai.OpenAI, exchange: Exchange, turns: list[_Turn], tokens: int
    ) -> _Reply:
        import openai

        conversation: ResponseInputParam = [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": turns[0].text},
                    {"type": "input_image", "image_url": self.picture_url, "detail": "high"},
                ],
            }
        ]
        conversation += [{"role": turn.role, "content": turn.text} for turn in turns[1:]]

        def ask(thinks: bool) -> Response:
            return client.responses.create(
                model=self.settings.describe_model,
                instructions=self._instructions(),
                input=conversation,
                max_output_tokens=tokens,
                reasoning={"effort": "low"} if thinks else openai.omit,
                store=False,
            )

        response = self._with_little_thought(ask)
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

    def _ask_chat(
        self, client: openai.OpenAI, exchange: Exchange, turns: list[_Turn], tokens: int
    ) -> _Reply:
        import openai

        conversation: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": self._instructions()},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": turns[0].text},
                    {
                        "type": "image_url",
                        "image_url": {"url": self.picture_url, "detail": "high"},
                    },
                ],
            },
        ]
        for turn in turns[1:]:
            if turn.role == "user":
                conversation.append({"role": "user", "content": turn.text})
            else:
                conversation.append({"role": "assistant", "content": turn.text})

        def ask(thinks: bool) -> ChatCompletion:
            # Local servers know the older name of the limit only, models that think the newer.
            return client.chat.completions.create(
                model=self.settings.describe_model,
                messages=conversation,
                max_completion_tokens=tokens if thinks else openai.omit,
                max_tokens=openai.omit if thinks else tokens,
                reasoning_effort="low" if thinks else openai.omit,
            )

        completion = self._with_little_thought(ask)
        chosen = completion.choices[0]
        return _Reply(
            text=chosen.message.content or "",
            is_short=chosen.finish_reason == "length",
            is_refused=chosen.finish_reason == "content_filter" or bool(chosen.message.refusal),
            model=completion.model or self.settings.describe_model,
            usage=completion.usage.model_dump() if completion.usage else {},
            request_id=exchange.request_id,
        )

    def _instructions(self) -> str:
        return self.prompt.fill("instructions", words=self.limit)

    def _with_little_thought(self, ask: Callable[[bool], T]) -> T:
        """Ask a reasoning model to think little, unless it turns out not to know what that is."""
        import openai

        if not _REASONS.match(self.settings.describe_model):
            return ask(False)
        try:
            return ask(True)
        except openai.BadRequestError as error:
            if not (error.param or "").startswith("reasoning"):
                raise
            return ask(False)
