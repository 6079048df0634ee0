"""What a program sets for all `.gcx` files that it opens: `Image.open` itself takes no options.

What is not set here is the user's to decide, by `gcx config`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["set_options", "settings"]

_options: dict[str, Any] = {}


def set_options(options: dict[str, Any]) -> None:
    """Set these options, settings of `gcx_format.settings` by name, and leave the others alone.

    A value of None gives the setting back to the user.

    Raises:
        SettingsError: an option is unknown or has an invalid value; then nothing is set.
    """
    global _options
    if options:
        _check(options)
        _options = {**_options, **options}


def settings() -> Settings | None:
    """The settings to load pictures with; None: the user's.

    Raises:
        SettingsError: one of the user's has an invalid value.
    """
    if not _options:
        return None
    from gcx_format.settings import load_settings

    return load_settings(**_options)


def _check(options: dict[str, Any]) -> None:
    """Check the options by themselves: the user's settings may change before a picture is loaded.

    Raises:
        SettingsError: an option is unknown or has an invalid value.
    """
    from gcx_format.settings import Settings

    class Options(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: Any, init_settings: Any, *others: Any, **more: Any
        ) -> tuple[Any, ...]:
            return (init_settings,)

    Options(**options)
