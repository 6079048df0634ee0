"""Which models the server has, and which of them gcx would ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcx_format.models import painting
from gcx_format.openai.call import Exchange, call

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["list_models", "models_in_use"]


def list_models(settings: Settings) -> dict[str, str | None]:
    """The models of the server, each with the date of its shutdown where one is known.

    It costs nothing.

    Raises:
        ServiceError: the server cannot be asked, or has no such list.
    """

    def ask(exchange: Exchange) -> dict[str, str | None]:
        found = {}
        with exchange.connect() as client:
            for model in client.models.list():
                shutdown = getattr(model, "shutdown_date", None)
                found[str(model.id)] = shutdown if isinstance(shutdown, str) else None
        return found

    return call(ask, doing="listing the models", settings=settings, billable=False)


def models_in_use(settings: Settings) -> dict[str, str]:
    """The models that may be asked, by the settings that name them."""
    models = painting(settings) if settings.generator in ("auto", "openai") else {}
    if settings.describer in ("auto", "openai"):
        models["describe_model"] = settings.describe_model
    return models
