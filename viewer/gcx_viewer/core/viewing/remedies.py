"""What the user may do about an error."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from gcx_format import errors
from gcx_format.errors import GcxError

__all__ = ["Remedy", "RemedyName", "remedy_for", "sentence"]

RemedyName = Literal["none", "retry", "settings", "key", "spending limit", "install"]


class Remedy(NamedTuple):
    """What helps against an error.

    Attributes:
        name: where the user finds help.
        can_retry: whether trying again, with nothing changed here, may help.
    """

    name: RemedyName
    can_retry: bool


_NOTHING: Final = Remedy("none", False)
_AGAIN: Final = Remedy("retry", True)
_SETTINGS: Final = Remedy("settings", False)
_KEY: Final = Remedy("key", False)

_REMEDIES: Final[dict[type[GcxError], Remedy]] = {
    GcxError: _AGAIN,
    # The file is what it is.
    errors.FormatError: _NOTHING,
    errors.NotGcxError: _NOTHING,
    errors.UnsupportedVersionError: _NOTHING,
    errors.ChecksumError: _NOTHING,
    errors.MalformedError: _NOTHING,
    errors.UnknownChunkError: _NOTHING,
    errors.LimitError: _NOTHING,
    errors.DamagedTextError: _NOTHING,
    errors.DamagedVisualError: _NOTHING,
    errors.ReconstructionError: _NOTHING,
    errors.ArgumentError: _NOTHING,
    errors.BudgetError: _NOTHING,
    errors.OutputExistsError: _NOTHING,
    # A disk may be there again, or have room again.
    errors.InputError: _AGAIN,
    errors.OutputError: _AGAIN,
    # The user's own words.
    errors.SettingsError: _SETTINGS,
    errors.GenerationNotAllowedError: _SETTINGS,
    errors.SpendingLimitError: Remedy("spending limit", False),
    # What this machine lacks.
    errors.UnavailableError: _AGAIN,
    errors.MissingExtraError: Remedy("install", False),
    errors.WeightsError: _AGAIN,  # once they are there; `sentence` says how
    errors.NotEnoughMemoryError: _AGAIN,
    # The server, and what it says.
    errors.ServiceError: _AGAIN,
    errors.MissingKeyError: _KEY,
    errors.RejectedKeyError: _KEY,
    errors.RetiredModelError: _SETTINGS,
    errors.RejectedRequestError: _SETTINGS,
    errors.QuotaError: _AGAIN,  # once the account is filled up
    errors.RateLimitError: _AGAIN,
    errors.RefusedError: _NOTHING,  # asking again for what is not allowed may cost the account
    errors.ServerFaultError: _AGAIN,
    errors.ServiceTimeoutError: _AGAIN,
    errors.ConnectionLostError: _AGAIN,
    errors.BadAnswerError: _AGAIN,
    errors.CancelledError: _AGAIN,
    errors.DescriptionError: _AGAIN,
}
"""Every class of the tree has a line of its own; a test sees to it."""


def remedy_for(error: GcxError) -> Remedy:
    """What helps against an error; against one of a class of its own, what helps its parent."""
    return next(_REMEDIES[kind] for kind in type(error).__mro__ if kind in _REMEDIES)


def sentence(error: GcxError) -> str:
    """What is wrong; and where no button stands for the remedy, as for weights, the remedy too."""
    return error.advice({}) if isinstance(error, errors.WeightsError) else error.message
