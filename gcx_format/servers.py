"""How the user's server is asked: what the settings leave open, and what has been learned of it.

Servers that speak OpenAI's API have different parts of it, and their models end. What one turns
out to lack is remembered for a month in `servers.json` in the state folder, so that the next
program does not have to find out again. A model that the user chose is never exchanged.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from gcx_format import durable_files, models
from gcx_format.errors import ArgumentError, OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from gcx_format.settings import Settings

__all__ = [
    "Part",
    "asking",
    "instead",
    "is_free",
    "is_here",
    "lacks",
    "learn_lack",
    "news",
    "painting",
    "replace",
    "settled",
]

Part = Literal["responses", "image tool", "edits"]
"""Parts of the API that not every server has."""

_REMEMBERED: Final = timedelta(days=30)
_MOST_SERVERS: Final = 50
_LONGEST_FILE: Final = 1 << 20


@dataclass(slots=True)
class _Known:
    """What is known of a server.

    Attributes:
        since: the day of the first thing that was learned, in ISO 8601.
        lacks: the parts of the API that it does not have.
        instead: what is asked for in place of models that it does not have.
        told: the exchanges that the user has been told of.
    """

    since: str
    lacks: list[str] = field(default_factory=list)
    instead: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def living(self, model: str) -> str:
        """The model that is asked for in place of one, or itself."""
        seen: set[str] = set()
        while model in self.instead and model not in seen:
            seen.add(model)
            model = self.instead[model]
        return model


_unwritten: dict[tuple[Path, str], _Known] = {}
"""What could not be written, by file and server, for the rest of this process."""


def settled(settings: Settings) -> Settings:
    """The settings with nothing left open: the route, and the models that nobody chose.

    `image_model` is still None on the route `responses`, where the server chooses it.
    """
    known = _known(settings)
    route = settings.route
    if route == "auto":
        without = {"responses", "image tool"} & set(known.lacks)
        route = "images" if without else "responses"
    named = {"host_model": settings.host_model, "describe_model": settings.describe_model}
    if route == "images":
        named["image_model"] = settings.image_model or models.default("image_model")
    found = {
        name: known.living(model) if _is_open(settings, name) else model
        for name, model in named.items()
    }
    return settings.model_copy(update={"route": route, **found})


def painting(settings: Settings) -> dict[str, str]:
    """The models that take part in painting, by their settings; the first receives the request.

    Args:
        settings: as `settled` has them.
    """
    named = {"host_model": settings.host_model} if settings.route == "responses" else {}
    model = settings.image_model
    return named if model is None else {**named, "image_model": model}


def asking(settings: Settings, model: str | None) -> Settings:
    """The settings, with another model to receive requests for pictures; None: with their own."""
    if model is None:
        return settings
    if not model.strip():
        raise ArgumentError("the name of a model is empty")
    return settings.choosing(**{next(iter(painting(settled(settings)))): model})


def is_free(settings: Settings) -> bool:
    """Whether the server charges nothing: as the settings say, or else if it is this computer."""
    if settings.free_server is not None:
        return settings.free_server
    return is_here(urlsplit(settings.openai_base_url or "").hostname)


def is_here(host: str | None) -> bool:
    """Whether a host is this computer, by its name or address."""
    if host is None:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    return False


def lacks(settings: Settings, part: Part) -> bool:
    """Whether the server is known to lack a part of the API."""
    return part in _known(settings).lacks


def learn_lack(settings: Settings, part: Part) -> None:
    """Remember that the server lacks a part of the API."""
    known = _known(settings)
    if part not in known.lacks:
        known.lacks.append(part)
        _remember(settings, known)


def replace(settings: Settings, names: Iterable[str], served: Collection[str]) -> bool:
    """Remember what to ask for in place of models that the server does not have.

    That is the successor, or the only model of a server that is not OpenAI's.

    Args:
        settings: as `settled` has them.
        names: the settings that name those models.
        served: the models that the server has, as far as it says.

    Returns:
        Whether there is anything else to ask for; not where the user chose the model.
    """
    known = _known(settings)
    found = False
    for name in names:
        following = instead(settings, name, served)
        if following and known.living(following) != (model := getattr(settings, name)):
            known.instead[model] = following
            found = True
    if found:
        _remember(settings, known)
    return found


def instead(settings: Settings, name: str, served: Collection[str] = ()) -> str | None:
    """The model that is asked where that of a setting has ended; None where the user chose it.

    Args:
        settings: as `settled` has them.
        name: of the setting.
        served: the models that the server has, as far as it says.
    """
    model = getattr(settings, name, None)
    if model is None or not _is_open(settings, name):
        return None
    following = models.successor(model)
    if settings.openai_base_url and following not in served and len(served) == 1:
        (following,) = served
    return following


def news(settings: Settings, names: Iterable[str]) -> list[str]:
    """Sentences about defaults whose successors are asked, each told once.

    That a server on one's own computer has another model is no news.

    Args:
        settings: as `settled` has them.
        names: the settings whose models are asked.
    """
    known = _known(settings)
    found = []
    for name in names:
        first, now = models.table()["defaults"].get(name), getattr(settings, name)
        if first is None or models.successor(first) != now or not _is_open(settings, name):
            continue
        if (exchange := f"{first} > {now}") not in known.told:
            known.told.append(exchange)
            found.append(f"{_ended(first)}, so {now} is asked instead")
    if found:
        _remember(settings, known)
    return found


def _ended(model: str) -> str:
    end = models.end(model)
    if end and end <= datetime.now(UTC).date():
        return f"{model} was switched off on {models.day(end)}"
    return f"the server does not have {model}"


def _is_open(settings: Settings, name: str) -> bool:
    """Whether the user has left a setting alone."""
    return settings.origins()[name] == "default"


def _place(settings: Settings) -> tuple[Path, str]:
    """The file, and the server's name in it: a hash, for an address may be private."""
    address = (settings.openai_base_url or "").rstrip("/")
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    return settings.state_folder / "servers.json", name


def _known(settings: Settings) -> _Known:
    path, name = _place(settings)
    today = datetime.now(UTC).date().isoformat()
    if (path, name) in _unwritten:
        return _unwritten[path, name]
    with suppress(KeyError, TypeError, ValueError):
        known = _Known(**_read(path)[name])
        if known.since > (datetime.now(UTC) - _REMEMBERED).date().isoformat():
            return known
    return _Known(today)


def _read(path: Path) -> dict[str, Any]:
    """The file; empty where it cannot be read, for it only spares questions."""
    with suppress(OSError, ValueError, RecursionError):
        with path.open("rb") as file:
            known = json.loads(file.read(_LONGEST_FILE))
        if isinstance(known, dict):
            return known
    return {}


def _remember(settings: Settings, known: _Known) -> None:
    path, name = _place(settings)
    entry: Mapping[str, Any] = {each: getattr(known, each) for each in known.__slots__}
    others = {key: value for key, value in _read(path).items() if key != name}
    kept = dict(list(others.items())[-_MOST_SERVERS:])
    try:
        durable_files.make_folder(path.parent)
        durable_files.write(path, json.dumps({**kept, name: entry}).encode())
    except OutputError:
        _unwritten[path, name] = known
