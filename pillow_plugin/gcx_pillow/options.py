"""What a program sets for all `.gcx` files that it opens: `Image.open` itself takes no options.

What is not set here is the user's to decide, by `gcx config`.
"""

from __future__ import annotations

from typing import Any

from gcx_format.errors import MissingExtraError

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
    try:
        from gcx_format.settings import load_settings
    except MissingExtraError:
        if _settings.get("policy") in ("never", "cached-only") and len(_settings) == 1:
            return {"generator": "preview"}  # all that there can be without the packages
        raise

    return {"settings": load_settings(**_settings)}
