"""Whether a model may be asked for the picture of a file, or has to be asked for first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from gcx_format.settings import Settings
    from gcx_viewer.core.preferences import Preferences

__all__ = ["Decision", "decide", "is_trusted", "upper_bound"]

Decision = Literal["ask", "always", "never", "cached-only"]
"""What may happen on its own: `never` shows previews alone, `cached-only` also what is kept
already, `ask` tells the cost and waits for the user, `always` asks a model."""

_STRICTEST_FIRST: tuple[Decision, ...] = ("never", "cached-only", "ask", "always")


def decide(path: Path, preferences: Preferences, settings: Settings) -> Decision:
    """What may happen for a file without the user saying so.

    Two have a say: the viewer's preferences, and the settings of gcx as a whole, where the
    user (or whoever set up the machine) wrote a policy down. The stricter one holds.

    ==================  ==================  ===========================================
    preferences         file                is as if they said
    ==================  ==================  ===========================================
    any                 in a trusted folder `always`: the folder is the exception
    `always`            elsewhere           `always`
    `ask`               elsewhere           `ask`
    `never`             elsewhere           `cached-only`: what was paid for is shown
    ==================  ==================  ===========================================

    ======================================  ===========================================
    settings                                allow at most
    ======================================  ===========================================
    no policy, or `always`                  `always`
    `ask`                                   `ask`
    `cached-only`, or `never`               `cached-only`
    the generator is `preview`              `never`
    ======================================  ===========================================

    Args:
        path: of the file; links are followed, so a link out of a trusted folder is not trusted.
        preferences: the viewer's own.
        settings: of gcx.
    """
    wanted: Decision
    if is_trusted(path, preferences.trusted_folders):
        wanted = "always"
    else:
        wanted = "cached-only" if preferences.policy == "never" else preferences.policy
    return min(wanted, upper_bound(settings), key=_STRICTEST_FIRST.index)


def upper_bound(settings: Settings) -> Decision:
    """What the settings of gcx allow at most; their defaults allow all."""
    if settings.generator in ("preview", "enhance"):
        return "never"
    if settings.origins()["policy"] == "default":
        return "always"
    return "cached-only" if settings.policy == "never" else settings.policy


def is_trusted(path: Path, folders: list[Path]) -> bool:
    """Whether a file lies under one of some folders, after following all links."""
    real = _real(path) if folders else None
    if real is None:
        return False
    return any(real.is_relative_to(trusted) for trusted in map(_real, folders) if trusted)


def _real(path: Path) -> Path | None:
    """Where a path leads, or None: it is gone, or a loop of links."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # ValueError: a name with a NUL in it
        return None
