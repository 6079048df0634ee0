"""A request and the JSON of its answer, of which nothing is taken for granted."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from gcx_format.openai.documents import documents
from gcx_format.openai.failures import refused_parameter

if TYPE_CHECKING:
    from gcx_format.errors import ServiceError
    from gcx_format.openai.call import Exchange

__all__ = ["answered", "counts", "failure_in", "mapping", "mappings", "words_in"]

_NEEDS: Final = {"partial_images": "stream"}
"""Options that make no sense without another one."""

_MOST_CHARACTERS: Final = 32_000
"""Of a text in an answer: as many as a prompt may have."""

_MOST_COUNTS: Final = 40
"""Of a usage that are kept."""

_log = logging.getLogger("gcx")


@contextlib.contextmanager
def answered(
    create: Callable[..., Any],
    body: dict[str, Any],
    optional: Mapping[str, str | None],
    on_left_out: Callable[[set[str]], object] = lambda names: None,
) -> Iterator[Iterator[dict[str, Any]]]:
    """What a request is answered with: one document, or the events of a stream.

    What the server refuses of the options is left out, and it is asked again: nothing was done, so
    nothing can be billed.

    Args:
        create: a method of the client's `with_streaming_response`.
        body: its arguments; changed where an option is left out.
        optional: the options that the request can do without, each with the one that takes its
            value instead, or None.
        on_left_out: told of all that was left out, before the next attempt, which its error ends.
    """
    import openai

    left_out: set[str] = set()
    with contextlib.ExitStack() as stack:
        while True:
            try:
                reply = stack.enter_context(create(**body))
                break
            except openai.APIStatusError as error:
                sent = {name for place in _places(body) for name in place}
                name = refused_parameter(error, sent & optional.keys() - left_out)
                if name is None:
                    raise
                left_out.add(name)
                on_left_out(left_out)
                _leave_out(body, name, optional[name])
                _log.info("the server refuses %s, which is left out", name)
        yield documents(reply.iter_bytes())


def _places(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [body, *body.get("tools", ())]


def _leave_out(body: dict[str, Any], name: str, instead: str | None) -> None:
    for place in _places(body):
        value = place.pop(name, None)
        if value is not None and instead is not None:
            place[instead] = value
        for other, needed in _NEEDS.items():
            if needed == name:
                place.pop(other, None)


def failure_in(document: Mapping[str, Any], exchange: Exchange) -> ServiceError | None:
    """The error that a document tells of, or None."""
    error = document.get("error")
    if isinstance(error, str) and error:
        return exchange.failure(None, error)
    if document.get("type") == "error" and not isinstance(error, Mapping):
        error = document
    if not isinstance(error, Mapping):
        return None
    return exchange.failure(error.get("code") or error.get("type"), error.get("message"))


def mapping(value: object) -> Mapping[str, Any]:
    """An object of JSON; an empty one where the server has something else in its place."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of an array of JSON; none where the server has something else in its place."""
    return [mapping(each) for each in value] if isinstance(value, list) else []


def words_in(document: Mapping[str, Any], field: str) -> str | None:
    """A text of an answer, as far as it is kept; None where there is none."""
    value = document.get(field)
    return value[:_MOST_CHARACTERS] if isinstance(value, str) else None


def counts(usage: object, depth: int = 2) -> dict[str, Any] | None:
    """The usage of an answer, as far as it is numbers by name; None where there are none."""
    found: dict[str, Any] = {}
    for name, value in list(mapping(usage).items())[:_MOST_COUNTS]:
        if isinstance(value, Mapping) and depth > 1:
            value = counts(value, depth - 1)
        if isinstance(value, (int, float, dict)) and not isinstance(value, bool):
            found[str(name)[:80]] = value
    return found or None
