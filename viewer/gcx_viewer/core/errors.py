"""What can go wrong in the viewer alone, beside the errors of `gcx_format.errors`."""

from __future__ import annotations

from gcx_format.errors import (
    ArgumentError,
    DescriptionError,
    InputError,
    OutputError,
    ReconstructionError,
)

__all__ = [
    "KeyFormatError",
    "KeyringError",
    "ProportionsError",
    "ProtectedError",
    "SkippedError",
    "TooLargeError",
    "TrashError",
    "UnkeptError",
]


class KeyFormatError(ArgumentError):
    """What was entered can be no key."""


class KeyringError(OutputError):
    """The keyring does not take, keep or remove the key."""


class ProportionsError(InputError):
    """A photograph cannot be the original of a picture: its proportions differ."""


class ProtectedError(OutputError):
    """An export would have replaced a `.gcx` file or the file on screen."""


class SkippedError(DescriptionError):
    """A photograph was not described, for what stopped another would stop it too."""


class TooLargeError(ReconstructionError):
    """A picture has more pixels than are painted."""


class TrashError(OutputError):
    """A file cannot be moved to the trash."""


class UnkeptError(OutputError):
    """A painted picture could not be stored; it is lost when the window closes."""
