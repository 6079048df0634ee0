"""The .gcx format and its codec: photographs as descriptors of a few hundred bytes.

    from gcx_format import decode, encode, read, write

    write("sea.gcx", encode("sea.jpg", text="A red house by the sea.", visual_bytes=290))
    decode(read("sea.gcx")).image.save("sea.png")

`encode` reduces a picture to a `Descriptor`: its size, a few words, and a very small version of
it, the visual condition. `decode` makes a `Reconstruction` from one. `read`, `write`, `loads` and
`dumps` convert descriptors from and to files and bytes. Every error is a class of this package;
`gcx_format.errors` draws their tree.

The method is that of Gao, Pan, Li and Chen, "Why Compress What You Can Generate?",
arXiv:2504.21814; the bytes are specified in spec/gcx-1.0.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcx_format._version import __version__ as __version__
from gcx_format.container import dumps, loads
from gcx_format.decode import decode
from gcx_format.descriptor import AncillaryChunk, CodedText, CodedVisual, Descriptor
from gcx_format.encode import encode
from gcx_format.errors import (
    ArgumentError,
    BadAnswerError,
    BudgetError,
    CancelledError,
    ChecksumError,
    ConnectionLostError,
    DamagedTextError,
    DamagedVisualError,
    DescriptionError,
    FormatError,
    GcxError,
    GenerationNotAllowedError,
    InputError,
    LimitError,
    MalformedError,
    MissingExtraError,
    MissingKeyError,
    MissingRowError,
    NotEnoughMemoryError,
    NotGcxError,
    OutputError,
    OutputExistsError,
    QuotaError,
    RateLimitError,
    ReconstructionError,
    RefusedError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceError,
    ServiceTimeoutError,
    SettingsError,
    SpendingLimitError,
    UnavailableError,
    UnknownChunkError,
    UnsupportedVersionError,
    WeightsError,
)
from gcx_format.files import read, write
from gcx_format.generate.reconstruction import BillingWarning, GenerationWarning, Reconstruction
from gcx_format.pictures import PictureWarning

if TYPE_CHECKING:
    from gcx_format.collections import Collection

__all__ = [
    "AncillaryChunk",
    "ArgumentError",
    "BadAnswerError",
    "BillingWarning",
    "BudgetError",
    "CancelledError",
    "ChecksumError",
    "CodedText",
    "CodedVisual",
    "Collection",
    "ConnectionLostError",
    "DamagedTextError",
    "DamagedVisualError",
    "DescriptionError",
    "Descriptor",
    "FormatError",
    "GcxError",
    "GenerationNotAllowedError",
    "GenerationWarning",
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
    "PictureWarning",
    "QuotaError",
    "RateLimitError",
    "Reconstruction",
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
    "decode",
    "dumps",
    "encode",
    "loads",
    "read",
    "write",
]


def __getattr__(name: str) -> Any:
    """What few programs need is imported when it is asked for."""
    if name == "Collection":
        from gcx_format.collections import Collection

        return Collection
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
