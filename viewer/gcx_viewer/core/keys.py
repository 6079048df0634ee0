"""The key for OpenAI's server in the keyring of the system, and nowhere else.

A keyring may have to be unlocked by the user, which takes as long as it takes: none of this is
called from the window's thread. Backends that keep passwords as plain text, or not at all, count
as none.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from gcx_format.errors import GcxError, InputError, MissingExtraError
from gcx_viewer.core.errors import KeyFormatError, KeyringError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["delete_key", "known_key", "load_key", "save_key", "where"]

_SERVICE: Final = "gcx"
_USER: Final = "openai_api_key"

_RECOMMENDED: Final = 1.0
"""The priority from which on keyring itself calls a backend recommended; that of files of plain
text is below."""

_REFUSED: Final = ("keyring.backends.fail.", "keyring.backends.null.", "keyrings.alt.")
"""Backends that keep nothing, and those of keyrings.alt, which keep files of their own: as plain
text, or under a password that is asked for in a terminal."""

_REMEDY: Final = (
    "set the environment variable OPENAI_API_KEY instead, or start a keyring "
    "such as GNOME Keyring, KWallet or KeePassXC"
)

_known: list[str | None] = []
"""The key as it was read last, or None where there was none; empty as long as nobody looked."""

_looking: Final = threading.Lock()

_changes: Final = [object()]
"""One thing until a key is saved or deleted, then another: who was reading meanwhile sees it."""


def where() -> str | None:
    """What keeps the key on this system, as it calls itself, or None where nothing can."""
    backend = _backend()
    return None if backend is None else str(backend.name)


def load_key() -> str | None:
    """The key that is kept, or None.

    Raises:
        InputError: there is a keyring, and it does not let itself be read, as when the user
            does not unlock it.
    """
    backend = _backend()
    if backend is None:
        return None
    before = _changes[-1]
    try:
        key = backend.get_password(_SERVICE, _USER) or None
    except Exception as error:  # each backend has errors of its own
        raise InputError(f"the keyring could not be read: {_reason(error)}") from None
    if before is _changes[-1]:  # else this may be the one before
        _known[:] = [key]
    return key


def known_key() -> str | None:
    """The key that is kept, read once; None also where the keyring does not let itself be read.

    A user who did not unlock it is not asked again and again: only until `load_key` succeeds, or
    a key is saved or deleted.
    """
    with _looking:
        if known := _known[:]:
            return known[0]
        before = _changes[-1]
        key = None
        with suppress(GcxError):
            key = load_key()
        if before is _changes[-1]:
            _known[:] = [key]
        return key


def save_key(key: str) -> None:
    """Keep a key, in place of one that is kept already.

    Raises:
        KeyFormatError: it can be no key.
        KeyringError: there is no keyring, or it does not take the key.
    """
    key = key.strip()
    if not key or not all("!" <= character <= "~" for character in key):
        raise KeyFormatError("a key has no spaces, line breaks or characters beyond ASCII")
    backend = _required()
    try:
        backend.set_password(_SERVICE, _USER, key)
        kept = backend.get_password(_SERVICE, _USER)
    except Exception as error:
        raise KeyringError(f"the key could not be saved to the keyring: {_reason(error)}") from None
    _forget()
    if kept != key:
        raise KeyringError(f"the keyring ({backend.name}) did not keep the key; {_REMEDY}")


def delete_key() -> None:
    """Take the key out of the keyring, if there is one.

    Raises:
        KeyringError: there is no keyring, or it keeps the key.
    """
    backend = _required()
    try:
        if backend.get_password(_SERVICE, _USER) is not None:
            backend.delete_password(_SERVICE, _USER)
    except Exception as error:
        raise KeyringError(
            f"the key could not be removed from the keyring: {_reason(error)}"
        ) from None
    _forget()


def _forget() -> None:
    """What was known is not true any more, nor what is being read."""
    _changes[:] = [object()]
    _known.clear()


def _required() -> KeyringBackend:
    backend = _backend()
    if backend is None:
        raise KeyringError(f"this system has no keyring to keep a key in; {_REMEDY}")
    return backend


def _backend() -> KeyringBackend | None:
    """The backend to use: the one that is set up, or of a chain of them the first that is safe."""
    try:
        import keyring
        from keyring.backends.chainer import ChainerBackend
    except ImportError as error:
        raise MissingExtraError("keeping a key in the keyring", "viewer") from error
    chosen = keyring.get_keyring()
    candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    return next((backend for backend in candidates if _is_safe(backend)), None)


def _is_safe(backend: KeyringBackend) -> bool:
    kind = type(backend)
    name = f"{kind.__module__}.{kind.__qualname__}"
    return (
        not name.startswith(_REFUSED)
        and "plaintext" not in name.lower()
        and float(backend.priority) >= _RECOMMENDED
    )


def _reason(error: Exception) -> str:
    """What a backend says; some say nothing."""
    return str(error) or type(error).__name__
