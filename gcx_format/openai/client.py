"""The connection to a server that speaks OpenAI's API, and what is missing for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gcx_format.errors import GcxError, MissingExtraError, MissingKeyError, SettingsError
from gcx_format.extras import is_installed
from gcx_format.remedies import Remedy
from gcx_format.servers import is_free

if TYPE_CHECKING:
    import ssl

    import openai

    from gcx_format.settings import Settings

__all__ = ["DEFAULT_URL", "connect", "obstacle"]

DEFAULT_URL: Final = "https://api.openai.com/v1"

_CONNECT_SECONDS: Final = 15.0
"""How long a connection may take to come about."""


def obstacle(settings: Settings) -> GcxError | None:
    """Why no server can be asked, or None; none is asked to find out."""
    if settings.openai_api_key is None and not is_free(settings):
        return MissingKeyError("no API key is set", remedy=Remedy("set key"))
    if not is_installed("openai"):
        return MissingExtraError("asking a model", "openai")
    return None


def connect(
    settings: Settings, event_hooks: Mapping[str, list[Callable[..., Any]]] | None = None
) -> openai.OpenAI:
    """A client for the server that the settings name. It never asks again by itself.

    Each request has a connection of its own. A kept one could be cut just as a request that
    costs something goes out on it, and nobody could tell whether it arrived. No redirect is
    followed, and no answer is read beyond the bounds of `gcx_format.openai.bounded`.

    Args:
        settings: server, key and how long to wait.
        event_hooks: what to call with each request and response, as httpx has it.

    Raises:
        GcxError: the `obstacle`.
        SettingsError: the address of the server is not valid.
    """
    missing = obstacle(settings)
    if missing is not None:
        raise missing
    import httpx2
    import openai

    from gcx_format._version import __version__
    from gcx_format.openai.bounded import bound

    hooks = event_hooks or {}
    key = settings.openai_api_key
    seconds = settings.timeout_seconds
    timeout = httpx2.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
    try:
        return openai.OpenAI(
            api_key="none" if key is None else key.get_secret_value(),
            base_url=settings.openai_base_url or DEFAULT_URL,
            max_retries=0,
            timeout=timeout,
            default_headers={
                "User-Agent": f"gcx/{__version__} openai/{openai.__version__}",
                "Accept-Encoding": "identity",
            },
            http_client=openai.DefaultHttpxClient(
                verify=_ssl_context(),
                timeout=timeout,
                limits=httpx2.Limits(max_keepalive_connections=0),
                follow_redirects=False,  # the key is for this server and no other
                event_hooks={
                    "request": list(hooks.get("request", ())),
                    "response": [*hooks.get("response", ()), bound],
                },
            ),
        )
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError, ValueError):
        raise SettingsError(
            "openai_base_url is not a valid server URL; expected, e.g., http://localhost:8080/v1"
        ) from None


@cache
def _ssl_context() -> ssl.SSLContext:
    """One for all clients: reading the system's certificates takes most of a client's making."""
    import httpx2

    return httpx2.create_ssl_context()
