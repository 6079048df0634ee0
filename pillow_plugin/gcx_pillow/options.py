"""What a program sets for all `.gcx` files that it opens: `Image.open` itself takes no options.

What is not set here is the user's to decide, by `gcx config`.
"""

from __future__ import annotations

from typing import Any

__all__ = ["for_decode", "set_options"]

_settings: dict[str, Any] = {}


def set_options(settings: dict[str, Any]) -> None:
    """Replace the options by these, which are settings of `gcx_format.settings` by name."""
    _settings.clear()
    _settings.update(settings)


def for_decode() -> dict[str, Any]:
    """The options as arguments of `gcx_format.decode`."""
    generator = _settings.get("generator")
    if generator == "preview" or not _settings:
        return {} if generator is None else {"generator": generator}
    from gcx_format.settings import load_settings

    return {"settings": load_settings(**_settings)}
