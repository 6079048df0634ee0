"""Where thumbnails lie, so that every program of the desktop finds them.

The freedesktop.org Thumbnail Managing Standard: a PNG file named by the MD5 of the URI of the
file that it shows, in a folder for its size, with text chunks that say what it shows and of what
time. What cannot be shown has one in a folder of its own, so that it is not tried over and over.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_from_bytes

import gcx_format
from gcx_format import durable_files
from gcx_format.errors import OutputError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["KeptThumbnail", "kept_side", "thumbnail_folder", "uri"]

_FOLDERS: Final = {128: "normal", 256: "large", 512: "x-large", 1024: "xx-large"}
"""By the longest side, in pixels."""

_SOFTWARE: Final = f"gcx-viewer-{gcx_format.__version__}"
_MOST_BYTES: Final = 8_000_000

_UNESCAPED: Final = "/!$&'()*+,:=@~"
"""What GLib leaves in the URI of a file as it is: another spelling would have another MD5."""


def thumbnail_folder() -> Path:
    if sys.platform in ("win32", "darwin"):  # where programs have no common place for them
        import platformdirs

        return platformdirs.user_cache_path("gcx") / "thumbnails"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else Path.home() / ".cache") / "thumbnails"


def uri(path: Path) -> str:
    """The URI of a file, spelt as the other programs of the desktop spell it."""
    return "file://" + quote_from_bytes(os.fsencode(path.absolute()), safe=_UNESCAPED)


def kept_side(side: int) -> int:
    """The longest side, in pixels, of what is kept for thumbnails of this one."""
    return next((kept for kept in _FOLDERS if kept >= side), max(_FOLDERS))


@dataclass(frozen=True, slots=True)
class KeptThumbnail:
    """The thumbnail of a file as it was at one time, at one size, if it was made already.

    Attributes:
        path: the file that it shows.
        modified: when that was changed last, in whole seconds.
        file_bytes: its size, which tells changes within a second apart.
        side: of the thumbnail, one that `kept_side` gives.
        folder: where thumbnails are kept.
    """

    path: Path
    modified: int
    file_bytes: int
    side: int
    folder: Path

    def read(self) -> Image.Image | None:
        """The thumbnail; None where there is none, or of another time."""
        return self._read(self.folder / _FOLDERS[self.side] / self._name)

    def write(self, image: Image.Image, xmp: bytes | None) -> None:
        """Keep it, if the disk takes it.

        Args:
            image: neither side larger than `side`.
            xmp: what says how the pixels came to be, or None for a photograph.
        """
        self._write(self.folder / _FOLDERS[self.side] / self._name, image, xmp)

    def has_failed(self) -> bool:
        """Whether this version of the program has found that the file cannot be shown."""
        return self._read(self.folder / "fail" / _SOFTWARE / self._name) is not None

    def write_failure(self) -> None:
        """Keep in mind that the file cannot be shown."""
        from PIL import Image

        nothing = Image.new("RGBA", (1, 1))
        self._write(self.folder / "fail" / _SOFTWARE / self._name, nothing, None)

    @property
    def _name(self) -> str:
        digest = hashlib.md5(uri(self.path).encode(), usedforsecurity=False)
        return f"{digest.hexdigest()}.png"

    def _read(self, kept: Path) -> Image.Image | None:
        from PIL import Image

        try:
            with kept.open("rb") as file:
                data = file.read(_MOST_BYTES)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                if image.info.get("Thumb::URI") != uri(self.path):
                    return None
                if image.info.get("Thumb::MTIME") != str(self.modified):
                    return None
                if image.info.get("Thumb::Size", str(self.file_bytes)) != str(self.file_bytes):
                    return None  # which not every program writes
                if max(image.size) > self.side:
                    return None
                return image.convert("RGBA" if image.has_transparency_data else "RGB")
        except Exception:  # none there, or one that another program has spoilt
            return None

    def _write(self, kept: Path, image: Image.Image, xmp: bytes | None) -> None:
        from PIL.PngImagePlugin import PngInfo

        from gcx_format.provenance import save_options

        chunks: PngInfo = save_options("PNG", xmp)["pnginfo"] if xmp else PngInfo()
        chunks.add_text("Thumb::URI", uri(self.path))
        chunks.add_text("Thumb::MTIME", str(self.modified))
        chunks.add_text("Thumb::Size", str(self.file_bytes))
        chunks.add_text("Software", _SOFTWARE)
        buffer = io.BytesIO()
        image.save(buffer, "PNG", pnginfo=chunks, compress_level=1)  # there may be thousands
        with contextlib.suppress(OutputError):
            durable_files.write(kept, buffer.getvalue(), wait=False)
