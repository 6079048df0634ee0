"""What a server answers, as JSON: one document, or the events of a stream.

Which of the two it is shows in the answer itself. Servers send one where the other was asked
for, and do not always say so in the header.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

__all__ = ["UnreadableAnswerError", "documents"]

_FIELDS = (b"data", b"event", b"id", b"retry", b":")
"""What the lines of a stream begin with (HTML Standard, "Server-sent events")."""


class UnreadableAnswerError(Exception):
    """An answer that is not read to its end, or makes no sense.

    Attributes:
        reason: such as "the answer is larger than 64 MiB"; None: it is not one of this API.
        refused: whether the server had refused the request.
    """

    def __init__(self, reason: str | None = None, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


def documents(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The JSON objects of an answer, as they come in.

    Args:
        chunks: of its bytes. Where they end in an error, what came whole is given out first.

    Raises:
        UnreadableAnswerError: it is neither JSON nor a stream of events.
    """
    rest = iter(chunks)
    begun = b""
    while len(begun) < len(b"retry") and (chunk := next(rest, None)) is not None:
        begun = (begun + chunk).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begun.startswith(b"{"):
        document = _parsed(b"".join(chain((begun,), rest)))
        if document is None:
            raise UnreadableAnswerError
        yield document
    elif begun.startswith(_FIELDS):
        yield from _events(chain((begun,), rest))
    elif begun:
        raise UnreadableAnswerError


def _events(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The data of events; what is no JSON object is passed over, such as a sign of life."""
    name = ""
    data: list[bytes] = []
    for line in _lines(_ended(chunks)):
        field, _, value = line.partition(b":")
        if not line:
            event = _parsed(b"\n".join(data)) if data else None
            if event is not None:
                yield event if "type" in event or not name else {"type": name, **event}
            elif data == [b"[DONE]"]:
                return
            name, data = "", []
        elif field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.decode("utf-8", "replace").strip()


def _ended(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, and the end of an event where they end in the middle of one or in an error."""
    failed: Exception | None = None
    try:
        yield from chunks
    except Exception as error:
        failed = error
    yield b"\n\n"
    if failed is not None:
        raise failed


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, however they end, without their ends."""
    parts: list[bytes] = []
    ended_by_return = False
    for each in chunks:
        chunk = each[1:] if ended_by_return and each.startswith(b"\n") else each
        if each:
            ended_by_return = each.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *more = chunk.split(b"\n")
        parts.append(first)
        for part in more:
            yield b"".join(parts)
            parts = [part]
    yield b"".join(parts)


def _parsed(data: bytes) -> dict[str, Any] | None:
    """A JSON object, or None where it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None
