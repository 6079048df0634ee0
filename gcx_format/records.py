"""The record of a generated picture: how it was made, by what, and what it cost.

A record is a JSON file of one object. Any version of gcx may have written it, and it may be
damaged: `from_json` insists on what identifies the picture and accepts the rest as far as it
makes sense, so that callers need no checks. Format 1 had no number, and knew one generator,
`openai`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar, get_args

from gcx_format.provenance import DigitalSourceType, Source

__all__ = ["Record"]

_FORMAT: Final = 2

_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_IDENTITY: Final = ("descriptor", "file", "sha256")

Size = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a picture; None for what is not.

    Attributes:
        source: what the pixels come from.
        digital_source_type: how they are marked.
        usage: what the work took, in the generator's own terms.
        estimated: whether the cost is an estimate.
        seconds: how long it took.
        score: agreement with the visual condition, 0 to 1.
        request_id: the server's ID of the request.
        revised_prompt: what a model made of the prompt.
        size_asked: width and height of the requested canvas.
        size_received: width and height of the received picture.
        frame: left, top, right and bottom of the descriptor's picture on the canvas.
        gcx: the version that stored it.
        details: anything else the generator reports.
        made: when; the cache sets this and what follows.
        descriptor: SHA-256 of the descriptor.
        request: of pictures that earlier versions stored, a hash of the request; empty since.
            Those versions throw a record without it away, so it is still written.
        file: name of the picture's file.
        file_bytes: its size.
        sha256: of that file.
    """

    generator: str = "openai"
    model: str | None = None
    source: Source | None = None
    digital_source_type: DigitalSourceType = DigitalSourceType.TRAINED_ALGORITHMIC
    usage: Mapping[str, Any] = field(default_factory=dict)
    cost_usd: Decimal | None = None
    estimated: bool = False
    seconds: float | None = None
    score: float | None = None
    request_id: str | None = None
    revised_prompt: str | None = None
    size_asked: Size | None = None
    size_received: Size | None = None
    frame: tuple[int, int, int, int] | None = None
    gcx: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    made: datetime = _EPOCH
    descriptor: str = ""
    request: str = ""
    file: str = ""
    file_bytes: int = 0
    sha256: str = ""

    @classmethod
    def from_json(cls, data: bytes | str) -> Record:
        """Read a record of any version; raise `ValueError` if it does not identify its picture."""
        known = json.loads(data)
        if not isinstance(known, dict):
            raise ValueError("not an object")
        identity: dict[str, Any] = {name: known.get(name) for name in _IDENTITY}
        if not all(isinstance(value, str) for value in identity.values()):
            raise ValueError("the picture is not identified")
        size = known.get("bytes")
        if not isinstance(size, int) or not isinstance(known.get("made"), str):
            raise ValueError("size or date of the picture is missing")
        read: dict[str, Any] = {name: reader(known.get(name)) for name, reader in _READERS.items()}
        return cls(
            **{name: value for name, value in read.items() if value is not None},
            **identity,
            file_bytes=size,
            made=datetime.fromisoformat(known["made"]),
            details={name: value for name, value in known.items() if name not in _NAMES},
        )

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values, with the generator's details among them."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        details, known["bytes"] = known.pop("details"), known.pop("file_bytes")
        return {
            "format": _FORMAT,
            **details,
            **known,
            "digital_source_type": self.digital_source_type.value,
            "cost_usd": None if self.cost_usd is None else str(self.cost_usd),
            "made": self.made.isoformat(),
        }


def _when(wanted: type[T] | tuple[type[T], ...]) -> Callable[[Any], T | None]:
    return lambda value: value if isinstance(value, wanted) else None


def _number(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None


def _dollars(value: Any) -> Decimal | None:
    try:
        dollars = Decimal(str(value))
    except InvalidOperation:
        return None
    return dollars if dollars.is_finite() else None


def _whole(count: int) -> Callable[[Any], tuple[int, ...] | None]:
    def read(value: Any) -> tuple[int, ...] | None:
        fits = isinstance(value, list) and len(value) == count
        return tuple(value) if fits and all(type(each) is int for each in value) else None

    return read


def _kind(value: Any) -> DigitalSourceType | None:
    return next((kind for kind in DigitalSourceType if kind.value == value), None)


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "generator": _when(str),
    "model": _when(str),
    "source": lambda value: value if value in get_args(Source) else None,
    "digital_source_type": _kind,
    "usage": _when(dict),
    "cost_usd": _dollars,
    "estimated": _when(bool),
    "seconds": _number,
    "score": _number,
    "request_id": _when(str),
    "revised_prompt": _when(str),
    "size_asked": _whole(2),
    "size_received": _whole(2),
    "frame": _whole(4),
    "gcx": _when(str),
    "request": _when(str),
}
"""How to read each field; None for what makes no sense."""

_NAMES: Final = {each.name for each in fields(Record)} - {"file_bytes"} | {"bytes", "format"}
