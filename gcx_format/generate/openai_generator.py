"""Pictures from an OpenAI-compatible server, by one of two routes.

`responses`: a language model of the Responses API calls its image tool. `images`: an image model is
asked directly, which is the route that local servers have. Each route is a module with the same two
functions: `request`, the method to call and its arguments, and `read`, the answer to a picture.
Where the settings leave the route or a model open, what a server lacks is exchanged for what it
has; see `gcx_format.servers`.

The bytes come back as the server sent them, whatever they are; looking at them is the caller's
part. Neither route has a seed: no picture comes twice.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gcx_format import prices, servers
from gcx_format.errors import (
    BadAnswerError,
    GcxError,
    MissingExtraError,
    RejectedRequestError,
    RetiredModelError,
    ServiceError,
)
from gcx_format.generate import geometry, images_route, responses_route
from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.generate.pictures_in_answers import decoded
from gcx_format.openai.asking import answered
from gcx_format.openai.call import Exchange, call, list_models
from gcx_format.openai.client import obstacle
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["OpenAIGenerator"]

_SENT_PIXELS: Final = 1536 * 1024
"""Of a condition that is sent: more says nothing more, for it is enlarged from a small one."""

_LIST_SECONDS: Final = 5.0
"""How long a list of the server's models is waited for."""

_OPTIONAL: Final = dict.fromkeys(
    (
        "background",
        "input_fidelity",
        "output_format",
        "partial_images",
        "quality",
        "response_format",
        "size",
        "stream",
    )
)
"""What is asked for only because it is better so."""

_DEARER_WITHOUT: Final = {"quality", "size"}
"""What of that a server may choose to be dearer."""


class OpenAIGenerator(Generator):
    """Asks the server that the settings name, with their models, quality and format."""

    name = "openai"
    title = "OpenAI"
    automatic = True
    at_once = 4  # with rate limits in mind

    def __init__(self, options: Any, settings: Settings) -> None:
        super().__init__(options, servers.settled(settings))
        self._left_open = settings

    @property
    def model(self) -> str:
        """The model that the request goes to."""
        return next(iter(self.models().values()))

    def ready(self) -> GcxError | None:
        missing = obstacle(self.settings)
        if isinstance(missing, MissingExtraError):
            missing.remedies += (Remedy("use preview"),)
        return missing

    def models(self) -> dict[str, str]:
        return servers.painting(self.settings)

    def sizes(self) -> geometry.Sizes:
        if servers.is_free(self.settings) and self._left_open.image_model is None:
            return geometry.ANY  # whatever model it turns out to have
        return geometry.sizes_of(self.settings.image_model)

    def price(self, job: Job) -> Decimal:
        return self._price(job)

    def _price(self, job: Job, left_out: frozenset[str] | set[str] = frozenset()) -> Decimal:
        """By the table of prices, at most; the server chooses what is left out."""
        if servers.is_free(self.settings):
            return Decimal(0)
        changed: dict[str, Any] = {"partial_images": job.partial_images}
        if "quality" in left_out:
            changed["image_quality"] = "auto"
        return prices.estimate_picture(
            self.settings.model_copy(update=changed),
            with_condition=job.descriptor.visual is not None,
            size=None if "size" in left_out else job.plan.canvas,
            words=job.prompt.words,
        )

    def assumed_prices(self) -> list[str]:
        return [] if servers.is_free(self.settings) else prices.unpriced(self.models().values())

    def paint(self, job: Job, call_: Call) -> Answer:
        while True:
            settings = self.settings
            try:
                answer = self._paint(job, call_, settings)
            except (BadAnswerError, RejectedRequestError, RetiredModelError) as error:
                if not self._go_another_way(settings, error):
                    raise
                if call_.afford is not None:
                    call_.afford(self._price(job))
            else:
                news = servers.news(settings, servers.painting(settings))
                return replace(answer, warnings=tuple(news))

    def _go_another_way(self, settings: Settings, error: ServiceError) -> bool:
        """Change what the error says must change, as far as the user has left it open."""
        to_change = {remedy.parameters.get("setting", "") for remedy in error.remedies}
        is_open = self._left_open.route == "auto" and settings.route == "responses"
        if isinstance(error, RetiredModelError) and servers.replace(
            settings, to_change, error.served
        ):
            pass
        elif is_open and "route" in to_change:
            servers.learn_lack(settings, "responses")
            self._learn_its_model()
        elif (
            is_open
            and servers.is_free(settings)
            and ("host_model" in to_change or isinstance(error, RejectedRequestError))
        ):
            # It has no model of that name, one that answers in words, or other tools.
            servers.learn_lack(settings, "image tool")
            self._learn_its_model()
        elif (
            settings.route == "images"
            and "route" in to_change
            and servers.is_free(settings)
            and not servers.lacks(settings, "edits")
        ):
            servers.learn_lack(settings, "edits")
        else:
            return False
        self.settings = servers.settled(self._left_open)
        return True

    def _learn_its_model(self) -> None:
        """Ask the server for its only model, which is then the one that the record names."""
        if servers.is_free(self._left_open):
            settings = servers.settled(self._left_open)
            with suppress(ServiceError):
                hurried = settings.choosing(timeout_seconds=_LIST_SECONDS, max_retries=0)
                served = list_models(hurried)
                if settings.image_model not in served:
                    servers.replace(settings, ["image_model"], served)

    def _paint(self, job: Job, call_: Call, settings: Settings) -> Answer:
        route: Any = responses_route if settings.route == "responses" else images_route
        condition = _png(job.guide(_SENT_PIXELS))
        partial_images = job.partial_images if call_.partial else 0
        missing: set[str] = set()

        def leave_out(names: set[str]) -> None:
            missing.update(names)
            if call_.afford is not None and names & _DEARER_WITHOUT:
                call_.afford(self._price(job, names))

        def ask(exchange: Exchange) -> Answer:
            with exchange.connect() as client:
                create, body = route.request(client, job, condition, partial_images, settings)
                with answered(create, body, _OPTIONAL, leave_out) as documents:
                    finished = _without_partials(documents, exchange, call_.partial)
                    made: Answer = route.read(finished, settings, exchange)
                    return made

        answer = call(
            ask,
            doing="generating",
            settings=settings,
            billable=not servers.is_free(settings),
            models=servers.painting(settings),
            private=job.prompt.words,
            if_refused=Remedy("use preview"),
            cancelled=call_.cancelled,
        )
        details = {
            "left_out": ", ".join(sorted(missing)) or None,
            "route": settings.route,
            "host_model": settings.host_model if route is responses_route else None,
            "image_model": settings.image_model,
            "quality": settings.image_quality,
            "prompt": job.prompt_name,
        }
        known = {k: v for k, v in details.items() if v or k != "left_out"}
        cost = Decimal(0) if servers.is_free(settings) else answer.cost
        return replace(answer, cost=cost, details=known)


def _png(picture: Image.Image | None) -> bytes | None:
    if picture is None:
        return None
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)  # sending what that leaves takes less time
    return file.getvalue()


def _without_partials(
    documents: Iterator[dict[str, Any]],
    exchange: Exchange,
    show: Callable[[int, bytes], object] | None,
) -> Iterator[dict[str, Any]]:
    """All documents but unfinished pictures, which are shown; one damaged is not worth an error."""
    for document in documents:
        if not str(document.get("type")).endswith(".partial_image"):
            yield document
            continue
        picture = decoded(document.get("partial_image_b64") or document.get("b64_json"))
        index = document.get("partial_image_index")
        if show is not None and isinstance(index, int) and picture:
            exchange.run_in_caller(show, index, picture)
