"""The models that gcx knows by name: which are the defaults, until when they live, what they cost.

All of it is in `models.toml`. What a server has, now, is its own matter; see
`gcx_format.servers`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

__all__ = ["NOTICE_DAYS", "base_name", "day", "default", "end", "ends_soon", "successor", "table"]

NOTICE_DAYS: Final = 60
"""How long before a model's end to warn."""


@cache
def table() -> Mapping[str, Any]:
    """The table, as `models.toml` has it; `date` and `source` say where it is from."""
    text = resources.files("gcx_format").joinpath("models.toml").read_text("utf-8")
    return tomllib.loads(text)


def default(setting: str) -> str:
    """The model of a setting that the user has left alone; one that has ended is followed."""
    model: str = table()["defaults"][setting]
    while (ended := end(model)) and ended <= datetime.now(UTC).date():
        model = successor(model) or model
    return model


def end(model: str) -> date | None:
    """The day on which a model is switched off, or None as far as is known."""
    ends = _known(model).get("ends")
    return ends if isinstance(ends, date) else None


def ends_soon(day: date) -> bool:
    """Whether it is time to warn of a model's end, which may have passed."""
    return (day - datetime.now(UTC).date()).days <= NOTICE_DAYS


def successor(model: str) -> str | None:
    """The model that takes the place of one that has ended, or None where none is named."""
    named = _known(model).get("successor")
    return named if isinstance(named, str) else None


def base_name(model: str) -> str:
    """A model's name without the date of a snapshot."""
    return re.sub(r"-\d{4}-\d{2}-\d{2}\Z", "", model)


def day(date: date) -> str:
    """A day as it is written in a sentence, such as `14 January 2027`."""
    return f"{date.day} {date:%B %Y}"


def _known(model: str) -> Mapping[str, Any]:
    name = base_name(model)
    found: Mapping[str, Any] = table()["text"].get(name) or table()["image"].get(name) or {}
    return found
