"""Every error that a caller of gcx can meet.

The tree::

    GcxError
    ├── FormatError (ValueError)        the bytes are not a valid .gcx file
    │   ├── NotGcxError                 another format, or nothing at all
    │   ├── UnsupportedVersionError     a .gcx of a version that this program does not know
    │   ├── ChecksumError               damaged or cut short
    │   ├── MalformedError              a field or chunk breaks the specification
    │   ├── UnknownChunkError           a critical chunk that this program does not know
    │   ├── LimitError                  larger than the specification allows
    │   ├── DamagedTextError            the text chunk does not decode
    │   └── DamagedVisualError          the visual chunk does not decode
    ├── ArgumentError (ValueError)      the caller asked for something that cannot be
    │   ├── BudgetError                 no picture fits the bytes asked for
    │   └── SettingsError               a setting has a value that it cannot have
    ├── InputError (OSError)            a file to read is missing, unreadable or no picture
    ├── OutputError (OSError)           the output cannot be written
    │   └── OutputExistsError           it exists, and overwriting was not asked for
    ├── ReconstructionError (OSError)   a descriptor could not be turned into pixels
    ├── DescriptionError (OSError)      a model's words for a picture cannot be used
    ├── GenerationNotAllowedError (OSError)  the user's policy forbids to ask a model
    ├── SpendingLimitError (OSError)    a call would cost more than the user allows
    ├── ServiceError (OSError)          the model's server did not do what it was asked
    │   ├── MissingKeyError             no key is set
    │   ├── RejectedKeyError            the key is not accepted
    │   ├── RetiredModelError           the model is not there, or no longer
    │   ├── QuotaError                  the account has nothing left to spend
    │   ├── RateLimitError              too many requests, even after waiting
    │   ├── RefusedError                the server's moderation refused
    │   ├── RejectedRequestError        the server did not accept the request otherwise
    │   ├── ServerFaultError            the server failed, even when asked again
    │   ├── ServiceTimeoutError         no answer in the time allowed
    │   ├── ConnectionLostError         the connection failed or broke off
    │   ├── BadAnswerError              the answer is not what was asked for
    │   └── CancelledError              the caller cancelled
    ├── WeightsError (OSError)          the weights of a network are missing or not sound
    ├── NotEnoughMemoryError (MemoryError)  there is too little for what was asked
    └── MissingExtraError (ImportError) an optional part of gcx is not installed

`FormatError` also derives from `ValueError` and the errors about files from
`OSError`, so code that knows nothing of gcx still catches them where it would
expect to: Pillow in particular treats an `OSError` from `load()` as a picture
that could not be read.

A message says what is wrong, where (offset or chunk) and what to do. It never
repeats words from the file, which come from strangers.
"""

from __future__ import annotations

from os import PathLike

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
    "UnknownChunkError",
    "UnsupportedVersionError",
    "WeightsError",
]


class GcxError(Exception):
    """The root of the tree: `except GcxError` catches whatever gcx itself raises.

    Attributes:
        filename: the file that is meant, or None; part of the message where it is set.
    """

    filename: str | PathLike[str] | None = None

    def __init__(self, message: str, *, filename: str | PathLike[str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.filename = filename

    def __str__(self) -> str:
        """The message, behind the file's name where one is known."""
        return self.message if self.filename is None else f"{self.filename}: {self.message}"


class FormatError(GcxError, ValueError):
    """The bytes are not a valid `.gcx` file.

    Attributes:
        offset: the byte at which the fault was found, or None where it has no single place.
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
    """A critical chunk of a type that this program does not know.

    Attributes:
        type: the six-bit chunk type, 0 to 63.
    """

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
    """The caller asked for something that cannot be done, such as a scale of zero."""


class SettingsError(ArgumentError):
    """A setting has a value that it cannot have; the message says where it came from."""


class BudgetError(ArgumentError):
    """No picture that the codec can make fits into the bytes asked for.

    Attributes:
        smallest: the fewest bytes that could be reached, or None where that is not known.
    """

    def __init__(self, message: str, *, smallest: int | None = None) -> None:
        super().__init__(message)
        self.smallest = smallest


class InputError(GcxError, OSError):
    """A file to read is missing, is not readable, or holds no picture."""


class OutputError(GcxError, OSError):
    """The output cannot be written; what was there before is untouched."""


class OutputExistsError(OutputError):
    """The output exists, and overwriting it was not asked for."""


class ReconstructionError(GcxError, OSError):
    """A descriptor could not be turned into pixels."""


class DescriptionError(GcxError, OSError):
    """A model described a picture in words that cannot be used."""


class GenerationNotAllowedError(GcxError, OSError):
    """The user's policy forbids to ask a model, and nothing was generated before."""


class SpendingLimitError(GcxError, OSError):
    """A call to a model would cost more than the user allows; it was not made."""


class ServiceError(GcxError, OSError):
    """The server of a model did not do what it was asked.

    Attributes:
        request_id: by which the server knows the request, or None.
        may_have_cost: whether the call may be billed all the same.
    """

    def __init__(
        self, message: str, *, request_id: str | None = None, may_have_cost: bool = False
    ) -> None:
        if may_have_cost:
            message += "; the call may be billed all the same"
        super().__init__(message if request_id is None else f"{message} (request {request_id})")
        self.request_id = request_id
        self.may_have_cost = may_have_cost


class MissingKeyError(ServiceError):
    """No key for the server is set."""


class RejectedKeyError(ServiceError):
    """The server does not accept the key, or not for this."""


class RetiredModelError(ServiceError):
    """The server does not have the model, or no longer."""


class QuotaError(ServiceError):
    """The account at the server has nothing left to spend."""


class RateLimitError(ServiceError):
    """The server gets too many requests, and waiting did not help."""


class RefusedError(ServiceError):
    """The server's moderation refused the words or the picture."""


class RejectedRequestError(ServiceError):
    """The server did not accept the request, for a reason of its own."""


class ServerFaultError(ServiceError):
    """The server failed, and asking again did not help."""


class ServiceTimeoutError(ServiceError):
    """The server did not answer in the time allowed."""


class ConnectionLostError(ServiceError):
    """The server could not be reached, or the connection broke off."""


class BadAnswerError(ServiceError):
    """The server's answer is not what was asked for."""


class CancelledError(ServiceError):
    """The caller cancelled what was under way."""


class WeightsError(GcxError, OSError):
    """The weights of a model are missing, cannot be had, or are not those they should be."""


class NotEnoughMemoryError(GcxError, MemoryError):
    """A model did not find the memory, of the machine or of its GPU, that a picture takes."""


class MissingExtraError(GcxError, ImportError):
    """An optional part of gcx is needed and not installed.

    Attributes:
        extra: the name to install, as in `pip install "gcx[extra]"`.
    """

    def __init__(self, need: str, extra: str) -> None:
        super().__init__(f'{need} needs an optional part of gcx: pip install "gcx[{extra}]"')
        self.args = need, extra  # what pickling calls the constructor with
        self.extra = extra
