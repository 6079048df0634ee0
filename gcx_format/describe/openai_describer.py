"""Describing with a model behind OpenAI's API, or behind any server that speaks it.

The Responses API is asked, or chat/completions where a server has nothing else. How to count and
to cut words is `wording`'s knowledge, which description is kept `choice`'s; what is said to
the model stands in `gcx_format/prompts/describe.toml`.

The model gets one picture and the prompt, nothing else, and the server is told not to keep it.
What it answers is text for a file, whatever it says.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from gcx_format import limits, plain_text, prompts
from gcx_format.describe import Description, choice, sent_picture, wording
from gcx_format.errors import (
    ArgumentError,
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
from gcx_format.spending import Ledger, cost_of, estimate_description

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
    from openai.types.responses import Response, ResponseInputParam
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["describe"]

T = TypeVar("T")

_MOST_ASKED: Final = 3
"""How often a description is asked for: once, and twice more where there is something wrong."""

_LEAST_TOKENS: Final = 2000
_TOKENS_PER_WORD: Final = 8
"""What an answer may have: many times what the words take, since the thoughts of a reasoning
model count too. An answer that is cut short all the same is asked for with more."""

_MORE_TOKENS: Final = 4
"""By which the tokens are multiplied then."""

_MOST_CHARACTERS: Final = 16_000
"""Of an answer that are looked at: 500 words are the most that can be asked for."""

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
class _Answer:
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


@dataclass(slots=True)
class _Draft:
    """A description in the making, and what it took.

    Attributes:
        text: the words, or None as long as there are none that can be used.
    """

    text: str | None = None
    was_cut: bool = False
    model: str = ""
    request_id: str | None = None
    calls: int = 0
    cost: Decimal = Decimal(0)
    cost_is_estimated: bool = False
    usage: dict[str, int] = field(default_factory=lambda: {"input_tokens": 0, "output_tokens": 0})
    error: GcxError | None = None


def describe(
    image: Image.Image, settings: Settings, cancelled: Callable[[], bool] | None
) -> Description:
    """See `gcx_format.describe.describe`."""
    url, size = sent_picture.data_url(image)
    prompt = prompts.prompt(f"describe-{settings.prompt}")
    gives_up = threading.Event()

    def is_cancelled() -> bool:
        return gives_up.is_set() or (cancelled is not None and cancelled())

    missing = obstacle(settings)
    if missing is not None:
        raise missing
    model = _Model(settings, prompt, url, estimate_description(settings, size))
    if settings.candidates == 1:
        drafts = [model.describe(is_cancelled)]
    else:
        with ThreadPoolExecutor(settings.candidates) as pool:
            try:
                futures = [
                    pool.submit(model.describe, is_cancelled) for _ in range(settings.candidates)
                ]
                drafts = [future.result() for future in futures]
            except BaseException:
                gives_up.set()
                raise
    return _best(drafts, prompt)


def _best(drafts: list[_Draft], prompt: prompts.Prompt) -> Description:
    """The draft to keep, of those that came; their costs are those of all.

    Raises:
        GcxError: none came.
    """
    by_text = {draft.text: draft for draft in reversed(drafts) if draft.text is not None}
    if not by_text:
        raise next(draft.error for draft in drafts if draft.error is not None)
    measured = [choice.measure(draft.text) for draft in drafts if draft.text is not None]
    best = choice.choose(measured)
    chosen = by_text[best.text]
    return Description(
        text=best.text,
        words=best.words,
        model=chosen.model,
        prompt=prompt.label,
        calls=sum(draft.calls for draft in drafts),
        usage={name: sum(draft.usage[name] for draft in drafts) for name in chosen.usage},
        cost_usd=sum((draft.cost for draft in drafts), Decimal(0)),
        cost_is_estimated=any(draft.cost_is_estimated for draft in drafts),
        was_cut=chosen.was_cut,
        request_id=chosen.request_id,
        candidates=tuple(measured),
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """A model that is to describe one picture.

    Attributes:
        picture_url: the picture as a data URL.
        estimate: what a call may cost, in US dollars.
        lacks_responses: set once the server turns out to have no Responses API.
    """

    settings: Settings
    prompt: prompts.Prompt
    picture_url: str
    estimate: Decimal
    lacks_responses: threading.Event = field(default_factory=threading.Event)

    def describe(self, cancelled: Callable[[], bool]) -> _Draft:
        """One description, asked for again where it cannot be used as it is.

        An error is in the draft, where words from an earlier answer are not.
        """
        limit = self.settings.words
        turns = [_Turn("user", self.prompt.fill("request", words=limit))]
        tokens = _LEAST_TOKENS + _TOKENS_PER_WORD * limit
        draft = _Draft()
        too_long: str | None = None
        try:
            for _ in range(_MOST_ASKED):
                answer = self._paid(draft, turns, tokens, cancelled)
                text = wording.normalise(answer.text[:_MOST_CHARACTERS])
                count = wording.count_words(text)
                is_usable = count > 0 and not answer.is_refused and not wording.is_refusal(text)
                if is_usable and count <= limit and not answer.is_short:
                    draft.text = text
                    return draft
                if answer.is_short:
                    tokens *= _MORE_TOKENS
                if is_usable:
                    # Where the server broke off, the last word may be half a word.
                    too_long = wording.cut(text, max(1, count - 1) if answer.is_short else count)
                if is_usable and count > limit:
                    # Of a runaway answer the beginning is enough, and costs less to send back.
                    turns += self._again(wording.cut(text, 4 * limit), "too_long", count)
                elif not is_usable and not answer.is_short:
                    turns += self._again(text, "unusable", count)
        except CancelledError:
            raise
        except (ServiceError, SpendingLimitError) as error:
            draft.error = error
        if too_long is not None:
            draft.text = wording.cut(too_long, limit)
            draft.was_cut = True
        if not draft.text and draft.error is None:
            draft.error = self._nothing_usable(answer)
        return self._checked(draft)

    def _again(self, text: str, what: str, count: int) -> list[_Turn]:
        limit = self.settings.words
        goal = max(1, limit * 5 // 6)
        said = self.prompt.fill(what, words=limit, count=count, goal=goal)
        return [_Turn("assistant", text or "(nothing)"), _Turn("user", said)]

    def _nothing_usable(self, answer: _Answer) -> GcxError:
        if answer.is_refused or wording.is_refusal(answer.text):
            return RefusedError(
                "the model declines to describe this picture",
                request_id=answer.request_id,
                remedy=_REMEDY,
            )
        return DescriptionError("the model answers without a description", remedy=_REMEDY)

    def _checked(self, draft: _Draft) -> _Draft:
        if draft.text is not None:
            try:
                plain_text.check("description", draft.text, limits.MAX_TEXT_BYTES)
            except ArgumentError as error:
                draft.text, draft.error = None, DescriptionError(error.message)
        return draft

    def _paid(
        self, draft: _Draft, turns: list[_Turn], tokens: int, cancelled: Callable[[], bool]
    ) -> _Answer:
        """Ask once, and record in the ledger and the draft what it cost."""
        settings = self.settings
        model = settings.describe_model
        reserved = Ledger(settings.state_folder).reserve(
            self.estimate,
            daily_limit=settings.daily_limit_usd,
            call_limit=settings.call_limit_usd,
            what=f"a description by {model}",
        )
        draft.calls += 1
        with reserved:
            try:
                answer = call(
                    lambda exchange: self._ask(exchange, turns, tokens),
                    doing="describing",
                    settings=settings,
                    billable=True,
                    models={"describe_model": model},
                    if_refused=_REMEDY,
                    cancelled=cancelled,
                )
            except ServiceError as error:
                if error.may_have_cost:
                    draft.cost += self.estimate
                    draft.cost_is_estimated = True
                else:
                    reserved.release()
                raise
            cost = cost_of(answer.model, answer.usage)
            draft.cost += self.estimate if cost is None else cost
            draft.cost_is_estimated |= cost is None
            # If it cannot be recorded, the amount that was set aside stands.
            with suppress(SpendingLimitError):
                reserved.settle(cost)
        for name, in_chat in _TOKENS.items():
            draft.usage[name] += answer.usage.get(name) or answer.usage.get(in_chat) or 0
        draft.model, draft.request_id = answer.model, answer.request_id
        return answer

    def _ask(self, exchange: Exchange, turns: list[_Turn], tokens: int) -> _Answer:
        """Ask the server, and read its answer, whatever it is."""
        try:
            with exchange.connect() as client:
                return self._ask_somehow(client, exchange, turns, tokens)
        except (AttributeError, IndexError, TypeError):
            # The client checks no answers: it may hold anything, or be the text of a web page.
            raise exchange.not_the_api() from None

    def _ask_somehow(
        self, client: openai.OpenAI, exchange: Exchange, turns: list[_Turn], tokens: int
    ) -> _Answer:
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
    ) -> _Answer:
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
        return _Answer(
            text="".join(part.text for part in parts if part.type == "output_text"),
            is_short=reason == "max_output_tokens",
            is_refused=reason == "content_filter" or any(part.type == "refusal" for part in parts),
            model=str(response.model or self.settings.describe_model),
            usage=response.usage.model_dump() if response.usage else {},
            request_id=exchange.request_id,
        )

    def _ask_chat(
        self, client: openai.OpenAI, exchange: Exchange, turns: list[_Turn], tokens: int
    ) -> _Answer:
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
        return _Answer(
            text=chosen.message.content or "",
            is_short=chosen.finish_reason == "length",
            is_refused=chosen.finish_reason == "content_filter" or bool(chosen.message.refusal),
            model=completion.model or self.settings.describe_model,
            usage=completion.usage.model_dump() if completion.usage else {},
            request_id=exchange.request_id,
        )

    def _instructions(self) -> str:
        return self.prompt.fill("instructions", words=self.settings.words)

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
