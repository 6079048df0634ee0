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
    │   └── BudgetError                 no picture fits the bytes asked for
    ├── InputError (OSError)            a file to read is missing, unreadable or no picture
    ├── OutputError (OSError)           the output cannot be written
    │   └── OutputExistsError           it exists, and overwriting was not asked for
    ├── ReconstructionError (OSError)   a descriptor could not be turned into pixels
    ├── WeightsError (OSError)          the weights of a model are missing, or not what they were
    ├── MissingExtraError (ImportError) an optional part of gcx is not installed
    └── NotEnoughMemoryError (MemoryError)

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
    "BudgetError",
    "ChecksumError",
    "DamagedTextError",
    "DamagedVisualError",
    "FormatError",
    "GcxError",
    "InputError",
    "LimitError",
    "MalformedError",
    "MissingExtraError",
    "NotEnoughMemoryError",
    "NotGcxError",
    "OutputError",
    "OutputExistsError",
    "ReconstructionError",
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
