"""Plug-ins for Pillow that gcx knows: looked for when a file of theirs is met, never before."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from dataclasses import dataclass
from typing import Final

from gcx_format.errors import InputError
from gcx_format.remedies import Remedy

__all__ = ["PlugIn", "advice_on", "of_content", "of_suffix"]

_lock: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class PlugIn:
    """A plug-in.

    Attributes:
        format: what it opens, as people write it.
        package: the name to install.
        module: the name to import.
        opener: the function that registers it, or None where importing does.
        suffixes: of its files, with dots.
    """

    format: str
    package: str
    module: str
    opener: str | None
    suffixes: tuple[str, ...]

    @property
    def is_installed(self) -> bool:
        """Whether it is there to be imported."""
        return importlib.util.find_spec(self.module) is not None

    def register(self) -> None:
        """Have Pillow open its format from now on.

        Raises:
            InputError: it is not installed, or does not work here.
        """
        with _lock:
            try:
                module = importlib.import_module(self.module)
                if self.opener is not None:
                    getattr(module, self.opener)()
            except ImportError:
                raise InputError(
                    f"pictures in {self.format} need another package",
                    remedy=Remedy("install package", package=self.package),
                ) from None


_HEIF: Final = PlugIn(
    "HEIF",
    "pillow-heif",
    "pillow_heif",
    "register_heif_opener",
    (".heic", ".heics", ".heif", ".heifs", ".hif"),
)
_JPEG_XL: Final = PlugIn("JPEG XL", "pillow-jxl-plugin", "pillow_jxl", None, (".jxl",))

_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""Of HEIF files that Pillow's AVIF decoder is not for (ISO/IEC 23008-12, annex B)."""


_RAW: Final = frozenset((
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc", ".mef",
    ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf",
    ".srw", ".x3f",
))  # fmt: skip
"""Extensions of raw photographs."""


def advice_on(suffix: str) -> str | None:
    """How pictures with an extension that is not opened can be; None where nothing is known.

    Args:
        suffix: in lower case and with its dot.
    """
    plug_in = of_suffix(suffix)
    if plug_in is not None:
        return f"pip install {plug_in.package}"
    return "raw; export JPEG or TIFF files" if suffix in _RAW else None


def of_suffix(suffix: str) -> PlugIn | None:
    """The plug-in for files with an extension, in lower case and with its dot."""
    return next((known for known in (_HEIF, _JPEG_XL) if suffix in known.suffixes), None)


def of_content(start: bytes) -> PlugIn | None:
    """The plug-in for files that begin with these 16 bytes."""
    if start[4:8] == b"ftyp" and start[8:12] in _BRANDS:
        return _HEIF
    if start.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")):
        return _JPEG_XL
    return None
