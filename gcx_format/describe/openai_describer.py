"""Describing with a model behind OpenAI's API, or behind any server that speaks it.

The Responses API is asked, or chat/completions if a server has nothing else. The prompts are in
`gcx_format/prompts`. A model does not count well, so it is told a limit a little below the real
one, and a word or two too many are cut; with more, it is asked to shorten them in the same
conversation.

The model gets one picture and the prompt, nothing else, and the server is told not to store
them. Its answer is treated as text for a file, whatever it says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gcx_format import prompts, servers
from gcx_format.describe import cleanup, sent_picture
from gcx_format.describe.describer import WORDS_ALONE, Answer, Call, Describer
from gcx_format.errors import (
    CancelledError,
    DescriptionError,
    GcxError,
    RefusedError,
    RejectedRequestError,
    RetiredModelError,
    ServiceError,
    SpendingLimitError,
)
from gcx_format.openai.asking import answered, counts, failure_in, mapping, mappings
from gcx_format.openai.call import Exchange, call
from gcx_format.openai.client import obstacle
from gcx_format.openai.failures import lacks_route
from gcx_format.prices import (
    cost_of,
    estimate_description,
    tokens_of_description,
    tokens_read,
    unpriced,
)
from gcx_format.remedies import Remedy
from gcx_format.spending import settle_failed

if TYPE_CHECKING:
    import openai
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["OpenAIDescriber"]

_MOST_ASKED: Final = 3
"""Attempts at a description: one, and two more if something is wrong with it."""

_MORE_TOKENS: Final = 4
"""The factor by which the limit of tokens grows after an answer that was cut short."""

_REASONS: Final = re.compile(r"(?:o[1-9]|gpt-(?:[5-9]|[1-9]\d))(?!.*-chat)")
"""Names of reasoning models; describing needs little reasoning."""

_OPTIONAL: Final = {
    "reasoning": None,
    "reasoning_effort": None,
    "store": None,
    # Local servers know only the older name of the limit, reasoning models the newer.
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
"""What a server may refuse, and what then takes its place."""

_WHOLE: Final = (None, "response.completed", "response.incomplete")
"""The types of events that hold all of an answer; a document that is not of a stream has none."""

_USAGE: Final = {"input_tokens": "prompt_tokens", "output_tokens": "completion_tokens"}
"""What is counted, and what chat/completions calls it."""

_REMEDY: Final = Remedy("write words")


@dataclass(frozen=True, slots=True)
class _Reply:
    """What the model said; short if the server stopped at the limit of tokens."""

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
    at_once = 4  # with rate limits in mind

    def __init__(self, options: Any, settings: Settings) -> None:
        super().__init__(options, servers.settled(settings))
        self._lock = threading.Lock()
        self._picture_url: str | None = None

    @property
    def model(self) -> str:
        return self.settings.describe_model

    def ready(self) -> GcxError | None:
        return obstacle(self.settings)

    def models(self) -> dict[str, str]:
        return {"describe_model": self.model}

    def price(self, size: tuple[int, int]) -> Decimal:
        if servers.is_free(self.settings):
            return Decimal(0)
        most = tokens_of_description(self.model, self.settings.words or WORDS_ALONE)
        return estimate_description(self.model, sent_picture.size_of(size), most)

    def assumed_prices(self) -> list[str]:
        return [] if servers.is_free(self.settings) else unpriced([self.model])

    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        with self._lock:  # several candidates may be asked for at once
            if self._picture_url is None:
                self._picture_url = sent_picture.data_url(picture)
        size = sent_picture.size_of(picture.size)
        while True:
            settings = self.settings
            try:
                answer = _Dialogue(settings, limit, call, self._picture_url, size).lead()
            except RetiredModelError as error:
                if not servers.replace(settings, ["describe_model"], error.served):
                    raise
                self.settings = servers.settled(settings)
            else:
                news = servers.news(settings, ["describe_model"])
                return replace(answer, warnings=tuple(news))


class _Dialogue:
    """A conversation with a model about one picture."""

    def __init__(
        self,
        settings: Settings,
        limit: int,
        call: Call,
        picture_url: str,
        size: tuple[int, int],
    ) -> None:
        self.settings = settings
        self.model = settings.describe_model
        self.is_free = servers.is_free(settings)
        self.limit = limit
        self.margin = max(1, limit // 10)  # of words: asked for too few, and cut if too many
        self.call = call
        self.picture_url = picture_url
        self.size = size
        self.prompt = prompts.for_describing(
            self.settings.prompt, beside=call.beside, version=self.settings.prompt_version
        )
        self.told = max(1, limit - self.margin)
        self.turns: list[dict[str, str]] = []  # after the request

    def lead(self) -> Answer:
        """Ask up to three times. If that fails, an earlier answer that was too long is cut."""
        tokens = tokens_of_description(self.model, self.limit)
        too_long: Answer | None = None
        try:
            for _ in range(_MOST_ASKED):
                reply = self._paid(tokens)
                text = cleanup.normalise(reply.text)
                count = cleanup.count_words(text)
                is_usable = count > 0 and not reply.is_refused and not cleanup.is_refusal(text)
                if is_usable and count <= self.limit + self.margin and not reply.is_short:
                    return self._answer(text, reply, was_cut=count > self.limit)
                if is_usable:
                    # The last word of an answer that was cut short may be incomplete.
                    whole = cleanup.cut(text, max(1, count - 1) if reply.is_short else count)
                    too_long = self._answer(whole, reply, was_cut=True)
                if is_usable and count > self.limit:
                    # The beginning of a runaway answer is enough, and costs less to send back.
                    self._object(cleanup.cut(text, 4 * self.limit), "too_long", count)
                elif reply.is_short:
                    tokens *= _MORE_TOKENS
                elif not is_usable:
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
        return Answer(text, was_cut, reply.model, self.prompt.label, reply.request_id)

    def _object(self, text: str, objection: str, count: int) -> None:
        goal = max(1, self.limit * 5 // 6)
        said = self.prompt.fill(objection, words=self.told, count=count, goal=goal)
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
        said = "".join(turn["content"] for turn in self.turns)
        price = Decimal(0)
        if not self.is_free:
            price = estimate_description(self.model, self.size, tokens, said)
        with self.call.reserve(price, f"a description by {self.model}") as charge:
            try:
                reply = call(
                    lambda exchange: self._ask(exchange, tokens),
                    doing="describing",
                    settings=self.settings,
                    billable=not self.is_free,
                    models={"describe_model": self.model},
                    tokens=tokens_read(self.model, self.size, said) + tokens,
                    if_refused=_REMEDY,
                    cancelled=self.call.cancelled,
                )
            except ServiceError as error:
                settle_failed(charge, error)
                raise
            usage = {name: int(reply.usage.get(name) or 0) for name in _USAGE}
            charge.settle(cost_of(reply.model, reply.usage), usage)
        return reply

    def _ask(self, exchange: Exchange, tokens: int) -> _Reply:
        """Ask through the API that the settings or the server call for."""
        import openai

        way = self.settings.chat_completions
        with exchange.connect() as client:
            if way == "never" or (way == "auto" and not servers.lacks(self.settings, "responses")):
                try:
                    return self._ask_responses(client, exchange, tokens)
                except openai.APIStatusError as error:
                    if not lacks_route(error, self.model):
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
                servers.learn_lack(self.settings, "responses")
            return self._ask_chat(client, exchange, tokens)

    def _ask_responses(self, client: openai.OpenAI, exchange: Exchange, tokens: int) -> _Reply:
        question = [
            {"type": "input_text", "text": self.prompt.fill("request", words=self.told)},
            {"type": "input_image", "image_url": self.picture_url, "detail": "high"},
        ]
        body = {
            "model": self.model,
            "instructions": self.prompt.fill("instructions", words=self.told),
            "input": [{"role": "user", "content": question}, *self.turns],
            "max_output_tokens": tokens,
            "store": False,
        }
        if _REASONS.match(self.model):
            body["reasoning"] = {"effort": "low"}
        found = self._document(client.responses.with_streaming_response.create, body, exchange)
        reason = mapping(found.get("incomplete_details")).get("reason")
        parts = [
            part
            for item in mappings(found.get("output"))
            if item.get("type") == "message"
            for part in mappings(item.get("content"))
        ]
        is_refused = reason == "content_filter" or any(p.get("type") == "refusal" for p in parts)
        said = [part for part in parts if part.get("type") == "output_text"]
        return self._reply(found, exchange, said, reason == "max_output_tokens", is_refused)

    def _ask_chat(self, client: openai.OpenAI, exchange: Exchange, tokens: int) -> _Reply:
        question = [
            {"type": "text", "text": self.prompt.fill("request", words=self.told)},
            {"type": "image_url", "image_url": {"url": self.picture_url, "detail": "high"}},
        ]
        instructions = self.prompt.fill("instructions", words=self.told)
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
                *self.turns,
            ],
        }
        if _REASONS.match(self.model):
            body |= {"max_completion_tokens": tokens, "reasoning_effort": "low"}
        else:
            body["max_tokens"] = tokens
        found = self._document(
            client.chat.completions.with_streaming_response.create, body, exchange
        )
        chosen = next(iter(mappings(found.get("choices"))), {})
        message = mapping(chosen.get("message"))
        content = message.get("content")
        said = [{"text": content}] if isinstance(content, str) else mappings(content)
        ended = chosen.get("finish_reason")
        is_refused = ended == "content_filter" or bool(message.get("refusal"))
        return self._reply(found, exchange, said, ended == "length", is_refused)

    def _document(
        self, create: Callable[..., Any], body: dict[str, Any], exchange: Exchange
    ) -> Mapping[str, Any]:
        """The answer as one document, also where it comes as a stream."""
        with answered(create, body, _OPTIONAL) as documents:
            for each in documents:
                document = mapping(each.get("response")) or each
                if failure := failure_in(document, exchange):
                    failure.cost = cost_of(self.model, counts(document.get("usage")) or {})
                    raise failure
                if each.get("type") in _WHOLE and document.keys() & {"output", "choices"}:
                    return document
        raise exchange.not_the_api()

    def _reply(
        self,
        document: Mapping[str, Any],
        exchange: Exchange,
        said: list[Any],
        is_short: bool,
        is_refused: bool,
    ) -> _Reply:
        usage = counts(document.get("usage")) or {}
        model = document.get("model")
        return _Reply(
            "".join(str(part.get("text") or "") for part in said),
            is_short,
            is_refused,
            model if isinstance(model, str) and model else self.model,
            {name: usage.get(name, usage.get(in_chat)) for name, in_chat in _USAGE.items()},
            exchange.request_id,
        )
