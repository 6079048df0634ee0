"""Every error that a caller of gcx can meet.

The tree::

    GcxError
    ├── FormatError (OSError, ValueError)  the bytes are not a valid .gcx file
    │   ├── NotGcxError                 another format, or nothing at all
    │   ├── UnsupportedVersionError     a .gcx of a version that this program does not know
    │   ├── ChecksumError               damaged or cut short
    │   ├── MalformedError              a field or chunk breaks the specification
    │   ├── UnknownChunkError           a critical chunk that this program does not know
    │   ├── LimitError                  larger than the specification allows
    │   ├── DamagedTextError            the text chunk does not decode
    │   └── DamagedVisualError          the visual chunk does not decode
    ├── ArgumentError (ValueError)      the caller asked for something impossible
    │   ├── BudgetError                 no picture fits the bytes asked for
    │   └── SettingsError               a setting has an invalid value
    ├── MissingRowError (KeyError, IndexError)  a collection has no such picture
    ├── InputError (OSError)            a file to read is missing, unreadable or not a picture
    ├── OutputError (OSError)           the output cannot be written
    │   └── OutputExistsError           it exists, and overwriting was not requested
    ├── ReconstructionError (OSError)   a descriptor could not be turned into pixels
    ├── DescriptionError (OSError)      a model's description of a picture cannot be used
    ├── GenerationNotAllowedError (OSError)  the user's policy forbids calling a model
    ├── SpendingLimitError (OSError)    a call would cost more than the user allows
    ├── ServiceError (OSError)          the model's server did not do what it was asked
    │   ├── MissingKeyError             no key is set
    │   ├── RejectedKeyError            the key is not accepted
    │   ├── RetiredModelError           the model does not, or no longer, exist
    │   ├── QuotaError                  the account has no credit left
    │   ├── RateLimitError              too many requests, even after waiting
    │   ├── RefusedError                the server's moderation refused
    │   ├── RejectedRequestError        the server rejected the request for another reason
    │   ├── ServerFaultError            the server failed, even after retries
    │   ├── ServiceTimeoutError         no answer in the time allowed
    │   ├── ConnectionLostError         the connection failed or broke off
    │   ├── BadAnswerError              the answer is not what was asked for
    │   └── CancelledError              the caller cancelled
    └── UnavailableError                this machine lacks something
        ├── MissingExtraError (ImportError)    an optional part of gcx is not installed
        ├── WeightsError (OSError)             the weights of a network are missing or damaged
        └── NotEnoughMemoryError (MemoryError)  there is not enough memory

`FormatError` and the errors about files and servers are `OSError`, because Pillow and the programs
built on it catch that for a picture that cannot be opened or loaded. `FormatError` is a
`ValueError` too, for code that knows nothing of pictures.

A message says what is wrong and where (file, chunk, offset). `remedies` say what to do, as codes,
which a command can phrase as an option, a window as a button, and `str(error)` as an argument or
setting. Neither repeats words from a file, which come from strangers.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from os import PathLike
from typing import ClassVar

from gcx_format.extras import install_command
from gcx_format.remedies import Remedy

__all__ = [
    "ArgumentError",
    "BadAnswerError",
    "BudgetError",
    "CancelledError",
    "ChecksumError",
    "ConnectionLostError",
    "DamagedTextError",
    "DamagedVisualError",
    "DescriptionError",
    "FormatError",
    "GcxError",
    "GenerationNotAllowedError",
    "InputError",
    "LimitError",
    "MalformedError",
    "MissingExtraError",
    "MissingKeyError",
    "MissingRowError",
    "NotEnoughMemoryError",
    "NotGcxError",
    "OutputError",
    "OutputExistsError",
    "QuotaError",
    "RateLimitError",
    "ReconstructionError",
    "RefusedError",
    "RejectedKeyError",
    "RejectedRequestError",
    "RetiredModelError",
    "ServerFaultError",
    "ServiceError",
    "ServiceTimeoutError",
    "SettingsError",
    "SpendingLimitError",
    "UnavailableError",
    "UnknownChunkError",
    "UnsupportedVersionError",
    "WeightsError",
]


class GcxError(Exception):
    """The root of the tree: `except GcxError` catches whatever gcx itself raises.

    Attributes:
        message: what is wrong, without file and remedies.
        filename: the file concerned, or None.
        remedies: what to do about it, the best first.
        stops_batch: whether every further picture of a batch would meet the same error.
    """

    filename: str | PathLike[str] | None = None
    remedies: tuple[Remedy, ...] = ()
    stops_batch: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        filename: str | PathLike[str] | None = None,
        remedy: Remedy | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        if filename is not None:
            self.filename = filename
        if remedy is not None:
            self.remedies = (remedy,)

    def __str__(self) -> str:
        file = "" if self.filename is None else f"{self.filename}: "
        return file + self.advice({})

    def advice(self, sentences: Mapping[str, str]) -> str:
        """The message and the remedies, in the sentences of a user interface."""
        return "; ".join([self.message, *(each.phrase(sentences) for each in self.remedies)])


class FormatError(GcxError, OSError, ValueError):
    """The bytes are not a valid `.gcx` file.

    Attributes:
        offset: the byte at which the fault was found, or None.
    """

    def __init__(self, message: str, *, offset: int | None = None) -> None:
        super().__init__(message if offset is None else f"{message} (at byte {offset})")
        self.offset = offset


class NotGcxError(FormatError):
    """The bytes do not begin as a `.gcx` file does."""


class UnsupportedVersionError(FormatError):
    """A `.gcx` file of a version that this program does not know."""


class ChecksumError(FormatError):
    """The CRC-32 does not match: the file was damaged or cut short."""


class MalformedError(FormatError):
    """A field or chunk breaks the specification, or is not in its one canonical form."""


class UnknownChunkError(FormatError):
    """A critical chunk of a type (0 to 63) that this program does not know."""

    def __init__(self, message: str, *, offset: int | None = None, type: int | None = None) -> None:
        super().__init__(message, offset=offset)
        self.type = type


class LimitError(FormatError):
    """A size, length or count is beyond the limits of the specification."""


class DamagedTextError(FormatError):
    """The payload of the text chunk does not decode to a text."""


class DamagedVisualError(FormatError):
    """The payload of the visual chunk does not decode to the picture that the header promises."""


class ArgumentError(GcxError, ValueError):
    """The caller asked for something impossible, such as a scale of zero."""


class SettingsError(ArgumentError):
    """A setting has an invalid value; the message says where it came from."""


class BudgetError(ArgumentError):
    """No picture that the codec can make fits into the bytes asked for.

    Attributes:
        smallest: the fewest bytes that could be reached, or None if unknown.
    """

    def __init__(self, message: str, *, smallest: int | None = None) -> None:
        super().__init__(message)
        self.smallest = smallest


class MissingRowError(GcxError, KeyError, IndexError):
    """A collection has no picture of this path, or no row of this number."""


class InputError(GcxError, OSError):
    """A file to read is missing, unreadable, or not a picture."""


class OutputError(GcxError, OSError):
    """The output cannot be written; an existing file is untouched."""


class OutputExistsError(OutputError):
    """The output exists, and overwriting was not requested."""

    remedies = (Remedy("overwrite"),)


class ReconstructionError(GcxError, OSError):
    """A descriptor could not be turned into pixels."""


class DescriptionError(GcxError, OSError):
    """A model described a picture in words that cannot be used."""


class GenerationNotAllowedError(GcxError, OSError):
    """The user's policy forbids calling a model, and no picture is stored."""


class SpendingLimitError(GcxError, OSError):
    """A call to a model would cost more than the user allows; it was not made."""

    stops_batch = True


class ServiceError(GcxError, OSError):
    """The server of a model did not do what it was asked.

    Attributes:
        request_id: the server's ID of the request, or None.
        may_have_cost: whether the call may still be billed.
        cost: what it did cost, in US dollars, where the server has told; else None.
    """

    cost: Decimal | None = None

    def __init__(
        self,
        message: str,
        *,
        request_id: str | None = None,
        may_have_cost: bool = False,
        remedy: Remedy | None = None,
    ) -> None:
        if may_have_cost:
            message += "; the call may still be billed"
        if request_id is not None:
            message += f" (request {request_id})"
        super().__init__(message, remedy=remedy)
        self.request_id = request_id
        self.may_have_cost = may_have_cost


class MissingKeyError(ServiceError):
    """No key for the server is set."""

    stops_batch = True


class RejectedKeyError(ServiceError):
    """The server does not accept the key, or not for this call."""

    stops_batch = True


class RetiredModelError(ServiceError):
    """The server does not, or no longer, have the model.

    Attributes:
        served: the models that it has, as far as it says.
    """

    stops_batch = True
    served: tuple[str, ...] = ()


class QuotaError(ServiceError):
    """The account at the server has no credit left."""

    stops_batch = True


class RateLimitError(ServiceError):
    """Too many requests, even after waiting."""


class RefusedError(ServiceError):
    """The server's moderation refused the words or the picture."""


class RejectedRequestError(ServiceError):
    """The server rejected the request for another reason."""


class ServerFaultError(ServiceError):
    """The server failed, even after retries."""


class ServiceTimeoutError(ServiceError):
    """The server did not answer in the time allowed."""


class ConnectionLostError(ServiceError):
    """The server could not be reached, or the connection broke off."""


class BadAnswerError(ServiceError):
    """The server's answer is not what was asked for."""


class CancelledError(ServiceError):
    """The caller cancelled the call."""


class UnavailableError(GcxError):
    """This machine lacks a package, the weights of a network, or memory.

    The file at hand may be perfectly sound.
    """


class MissingExtraError(UnavailableError, ImportError):
    """An optional part of gcx is needed and not installed.

    Attributes:
        extra: the name to install, as in `pip install "gcx[extra]"`.
    """

    def __init__(self, need: str, extra: str) -> None:
        super().__init__(
            f"{need} needs an optional part of gcx",
            remedy=Remedy("install", extra=extra, command=install_command(extra)),
        )
        self.args = need, extra  # what pickling calls the constructor with
        self.extra = extra


class WeightsError(UnavailableError, OSError):
    """The weights of a model are missing, cannot be downloaded, or are the wrong ones."""


class NotEnoughMemoryError(UnavailableError, MemoryError):
    """The machine or its GPU has too little memory for a picture."""
