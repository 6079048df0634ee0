"""Which of the server's models are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gcx_format.errors import ArgumentError

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["DEFAULT_IMAGE_MODEL", "asking", "image_model", "painting"]

DEFAULT_IMAGE_MODEL: Final = "gpt-image-2"
"""The default model of the images route."""


def image_model(settings: Settings) -> str | None:
    """The model that makes the pixels; None leaves it to the server."""
    if settings.image_model or settings.route == "responses":
        return settings.image_model
    return DEFAULT_IMAGE_MODEL


def painting(settings: Settings) -> dict[str, str]:
    """The models that take part in painting, by their settings; the first receives the request."""
    named = {"host_model": settings.host_model} if settings.route == "responses" else {}
    model = image_model(settings)
    return named if model is None else {**named, "image_model": model}


def asking(settings: Settings, model: str | None) -> Settings:
    """The settings, with another model to receive requests for pictures; None: with their own."""
    if model is None:
        return settings
    if not model.strip():
        raise ArgumentError("the name of a model is empty")
    return settings.model_copy(update={next(iter(painting(settings))): model})
