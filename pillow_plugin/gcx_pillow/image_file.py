"""Opening and loading: `Image.open` reads and checks a whole file, `load()` makes its pixels.

Between the two no pixels are decoded, for decoding may mean asking a model that charges for it:
a descriptor becomes pixels at most once, when somebody first needs them, and a draft, a
thumbnail or `verify()` never takes more than what lies in the file. The words are decoded when
they are asked for, and before anything is loaded.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from PIL import Image, ImageFile

from gcx_format import (
    CodedText,
    Descriptor,
    FormatError,
    GcxError,
    NotGcxError,
    Reconstruction,
    ReconstructionError,
    UnavailableError,
    __version__,
    decode,
    limits,
    loads,
    provenance,
)
from gcx_format.conditions import decode_condition
from gcx_format.container import MAGIC
from gcx_format.files import write_atomically
from gcx_format.generate.preview import preview_at
from gcx_format.pictures import max_pixels
from gcx_format.remedies import Remedy
from gcx_format.report import facts_but_words
from gcx_pillow import options
from gcx_pillow.facts import Facts
from gcx_pillow.saving import encode_arguments, encoded, with_profile

if TYPE_CHECKING:
    from PIL._imaging import PixelAccess
    from PIL._typing import StrOrBytesPath

__all__ = ["FORMAT", "GcxImageFile", "accept"]

FORMAT: Final = "GCX"

_FAILURES: Final = (FormatError, ReconstructionError, UnavailableError)
"""What can go wrong with words and visual condition after opening."""

_FIRST_READ: Final = 1 << 14
"""Bytes to ask for first: more than nearly every file has, and cheaper to have room for than
the four MiB that a file may have."""


def accept(prefix: bytes) -> bool:
    """Whether a file that begins with these 16 bytes is for this plugin."""
    return prefix.startswith(MAGIC)


class GcxImageFile(ImageFile.ImageFile):
    """A picture that was opened from a `.gcx` file.

    `size` and `mode` are those of the picture described. `info["gcx"]` tells what the file
    holds and, once the pixels are there, what made them; `info["xmp"]` then says the same in
    the words of IPTC.

    `Image.open` raises a `FormatError` that names the file and the fault where a file begins
    as a `.gcx` does and is not valid. So does `info["gcx"]` where the words do not decode, once
    they are asked for. What fails later, in `load()` and in `verify()`, is a
    `ReconstructionError`, or where a model was to be asked one of the errors for that:
    `ServiceError`, `SpendingLimitError`, `GenerationNotAllowedError`. All are `OSError`.
    """

    format = FORMAT
    format_description = "gcx image descriptor"

    # Pillow rebuilds a pickled or copied image without __init__, from its pixels; such an
    # image has these.
    _descriptor: Descriptor | None = None
    _data = b""
    _drafted = False
    _owns_file = False

    def _open(self) -> None:
        assert self.fp is not None  # ImageFile.__init__ has set it
        try:
            data = _read(self.fp)
            descriptor = loads(data, check_words=False)
        except NotGcxError as error:
            raise SyntaxError(str(error)) from None  # how a plugin says: not mine
        except FormatError as error:
            error.filename = self._path()
            raise
        self._size = descriptor.size
        self._mode = descriptor.mode
        self._loading = threading.Lock()
        self._data = data
        self._descriptor = descriptor
        self.info["gcx"] = self._facts(descriptor, {})
        if self._exclusive_fp:
            self._let_go_of_file()

    @property
    def _exclusive_fp(self) -> bool:
        """Whether Pillow opened the file, and this image therefore closes it.

        `Image.open` sets it after opening, the earliest moment at which a file that has been
        read whole can be closed.
        """
        return self._owns_file

    @_exclusive_fp.setter
    def _exclusive_fp(self, owned: bool) -> None:
        self._owns_file = owned
        if self._descriptor is not None:
            self._let_go_of_file()

    def _let_go_of_file(self) -> None:
        if self._owns_file and self.fp is not None:
            self.fp.close()
        self.fp = None

    def _path(self) -> str | None:
        """The file's name, where Pillow was given one."""
        return os.fsdecode(self.filename) if self.filename else None

    def _facts(self, descriptor: Descriptor, made: Mapping[str, Any]) -> Facts:
        """The facts of the file, with those of the pixels made from it."""
        known = {**facts_but_words(descriptor, len(self._data)), **made}
        words = None
        if descriptor.coded_text is not None:
            words = partial(_words, descriptor.coded_text, self._path())
        return Facts(known, words)

    def load(self) -> PixelAccess | None:
        """Make the pixels, once, however many threads ask for them.

        Settings decide what makes them: without a key, and in a draft, it is the preview.

        Warns:
            GenerationWarning: there is no key, or another reason for a mere preview.
            BillingWarning: a picture is about to be paid for, the first of this process.

        Raises:
            ReconstructionError: they cannot be made; an `OSError`. `__cause__` tells whether
                the words or the visual condition are damaged.
            ServiceError, SpendingLimitError, GenerationNotAllowedError: a model was to make
                them and did not, or was not asked; an `OSError` each.
            SettingsError: a setting has a value that it cannot have.
        """
        if self._im is None and self._descriptor is not None:
            with self._loading:
                if self._im is None:
                    self._reconstruct(self._descriptor)
        return super().load()

    def _reconstruct(self, descriptor: Descriptor) -> None:
        try:
            self._check_pixels()
            if self._drafted:
                made = preview_at(descriptor, self._size)
            else:
                _ = descriptor.text  # a damaged file is not painted
                made = decode(
                    descriptor,
                    settings=options.settings(),
                    max_pixels=limits.MAX_PIXELS,
                    filename=self._path(),
                )
        except _FAILURES as error:
            raise self._failure(error) from error
        except OSError as error:
            if isinstance(error, GcxError):
                error.filename = self._path()
            raise
        image = made.image if made.image.mode == self._mode else made.image.convert(self._mode)
        image.load()
        self.info["gcx"] = self._facts(descriptor, made.info)
        self.info["xmp"] = _xmp(made)
        self.readonly = 0
        self.im = image.im  # last, for it is what other threads look at

    def _repr_image(self, image_format: str, **kwargs: Any) -> bytes | None:
        """What a notebook shows: the pixels if they were made, else what is stored or the preview.

        A repr never has a picture painted. The image is as little loaded after it as before.

        Returns:
            None where it cannot be shown, as Pillow has it.
        """
        if self._descriptor is None or self._im is not None or self._drafted:
            return super()._repr_image(image_format, **kwargs)
        file = io.BytesIO()
        try:
            self._check_pixels()
            shown = self._shown(self._descriptor)
            told = provenance.save_options(image_format, _xmp(shown))
            shown.image.save(file, image_format, **{**told, **kwargs})
        except Exception:  # so does Pillow: a notebook then shows the repr in words
            return None
        return file.getvalue()

    def _shown(self, descriptor: Descriptor) -> Reconstruction:
        """What there is of the picture without having it painted."""
        from gcx_format.generate.stored import find_stored
        from gcx_format.settings import load_settings

        settings = options.settings() or load_settings()
        stored = None if settings.generator == "preview" else find_stored(descriptor, settings)
        return stored or preview_at(descriptor, self._size, settings=settings)

    def _check_pixels(self) -> None:
        """Raise `ReconstructionError` unless Pillow's user allows as many pixels as there will be.

        `Image.open` has looked too, but an image can be opened without it.
        """
        width, height = self._size
        if width * height > max_pixels():
            raise ReconstructionError(
                f"{width} x {height} has more than the {max_pixels()} pixels allowed",
                remedy=Remedy("raise MAX_IMAGE_PIXELS"),
            )

    def draft(
        self, mode: str | None, size: tuple[int, int] | None
    ) -> tuple[str, tuple[int, int, float, float]] | None:
        """Prepare to load a smaller picture, or a grey one, from what lies in the file.

        Without effect once the picture is loaded or drafted.

        Args:
            mode: `"L"` makes a coloured picture grey; others change nothing.
            size: what the picture is to cover, in pixels. Its proportions are kept, and it is
                never enlarged.

        Returns:
            The mode, and where in the smaller picture the picture is: all over it.
        """
        if not self._prepare(mode, None if size is None else _covering(self._size, size)):
            return None
        return self._mode, (0, 0, *self._size)

    def thumbnail(
        self,
        size: tuple[float, float],
        resample: Image.Resampling = Image.Resampling.BICUBIC,
        reducing_gap: float | None = 2.0,
    ) -> None:
        """Make this a thumbnail of itself that fits into a size, from what lies in the file.

        It is made at its own size, not made larger and reduced as Pillow would; the last two
        arguments matter only for a picture that has been loaded before.

        Raises:
            ReconstructionError: as `load()` does.
        """
        if self._prepare(None, _fitting(self._size, size)):
            self.load()
        super().thumbnail(size, resample, reducing_gap)

    def _prepare(self, mode: str | None, size: tuple[int, int] | None) -> bool:
        """Have `load()` take what lies in the file, at a size; tell whether it is not too late."""
        if self._descriptor is None:
            return False
        with self._loading:
            if self._im is not None or self._drafted:
                return False
            if mode == "L":
                self._mode = mode
            if size is not None:
                self._size = size
            self._drafted = True
            return True

    def verify(self) -> None:
        """Decode words and visual condition, which opening leaves alone; nothing is generated.

        Raises:
            ReconstructionError: one of them does not decode, or the codec cannot be had.
        """
        if self._descriptor is None:
            return
        try:
            _ = self._descriptor.text
            if self._descriptor.visual is not None:
                decode_condition(self._descriptor)
        except _FAILURES as error:
            raise self._failure(error) from error

    def save(
        self, fp: StrOrBytesPath | IO[bytes], format: str | None = None, **params: Any
    ) -> None:
        """Save the picture in any format, its pixels marked for what they are.

        Formats that can carry XMP get `info["xmp"]`, unless the parameter that it goes by
        (`xmp`, `pnginfo` for PNG, `tiffinfo` for TIFF) is given.

        As `.gcx`, a picture that has not been loaded is saved without options as the file
        that it is, byte for byte; any other is encoded from its pixels. Unlike Pillow's
        own saving, this leaves a file that was there before untouched if it fails.

        Raises:
            ReconstructionError: the pixels cannot be made.
            OutputError: the `.gcx` file cannot be written; an `OSError`.
            ArgumentError: an option is out of range, or looks like one of gcx's mistyped.
            BudgetError: no visual condition fits into the bytes asked for.
        """
        written = _format_of(fp, format)
        if written != FORMAT or params.get("save_all"):  # for which Pillow has its own error
            self.load()
            if "xmp" in self.info:
                params = {**provenance.save_options(written, self.info["xmp"]), **params}
            super().save(fp, format, **params)
            return
        options = {**params, **getattr(self, "encoderinfo", {})}
        arguments, image = encode_arguments(options), with_profile(self, options)
        changed = self._descriptor is None or self._im is not None or self._drafted
        data = encoded(image, arguments) if changed or arguments else self._data
        if isinstance(fp, (str, bytes, os.PathLike)):
            write_atomically(os.fsdecode(fp), data, overwrite=True)
        else:
            fp.write(data)

    def _failure(self, error: GcxError) -> ReconstructionError:
        """What failed after opening, as the one class that callers of Pillow catch."""
        failure = ReconstructionError(error.message, filename=self._path())
        failure.remedies = error.remedies
        return failure


def _read(file: IO[bytes]) -> bytes:
    """A whole file, or one byte more than a `.gcx` file can have."""
    parts: list[bytes] = []
    size, most = 0, limits.MAX_FILE_BYTES + 1
    # Pipes and raw streams may give fewer bytes than asked for; only at their end they give none.
    while size < most and (part := file.read(min(max(size, _FIRST_READ), most - size))):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _xmp(made: Reconstruction) -> bytes:
    """What says in the vocabulary of IPTC how pixels were made."""
    return provenance.xmp_packet(made.source_type, f"gcx {__version__}", made.model)


def _words(coded: CodedText, filename: str | None) -> str:
    """The words of a file.

    Raises:
        DamagedTextError: they do not decode.
    """
    try:
        return coded.text
    except FormatError as error:
        error.filename = filename
        raise


def _covering(size: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int]:
    """The smallest size of the same proportions that covers the one wanted, at most `size`."""
    width, height = size
    if wanted[0] * height >= wanted[1] * width:
        part, whole = max(1, wanted[0]), width
    else:
        part, whole = max(1, wanted[1]), height
    if part >= whole:
        return size
    return -(-width * part // whole), -(-height * part // whole)


def _fitting(size: tuple[int, int], box: tuple[float, float]) -> tuple[int, int]:
    """The largest size of the same proportions that fits into a box, at most `size`."""
    width, height = size
    if box[0] * height <= box[1] * width:
        part, whole = max(1, int(box[0])), width
    else:
        part, whole = max(1, int(box[1])), height
    if part >= whole:
        return size
    # As long a side as the box has, and the other rounded half up.
    return (
        max(1, (2 * width * part + whole) // (2 * whole)),
        max(1, (2 * height * part + whole) // (2 * whole)),
    )


def _format_of(file: StrOrBytesPath | IO[bytes], format: str | None) -> str:
    """The format in which `Image.save` will write, or nothing where it will refuse."""
    if format:
        return format.upper()
    path = file if isinstance(file, (str, bytes, os.PathLike)) else getattr(file, "name", "")
    if not isinstance(path, (str, bytes, os.PathLike)):
        return ""
    suffix = Path(os.fsdecode(path)).suffix.lower()
    for more_formats in (Image.preinit, Image.init):
        if suffix not in Image.EXTENSION:
            more_formats()
    return Image.EXTENSION.get(suffix, "")
