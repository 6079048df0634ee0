"""Generated pictures, kept: no model makes the same picture twice, and each one cost money.

The pictures are the bytes that the server sent, unchanged, since they carry its own marks of
provenance. Beside each lies a JSON file with its record; a picture belongs to the cache once
that file exists, so a killed program leaves nothing broken. A descriptor may have several
pictures, its variants, whoever painted them. If the server sent more than the picture to be
shown, that one may lie beside it too. All processes of a user share a cache.

    <folder>/reconstructions/<2 hex>/<SHA-256 of the descriptor>/<time>-<id>.png
                                                                <time>-<id>.json
                                                                <time>-<id>.fitted
                                                                chosen
    <folder>/locks/<4 hex>
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gcx_format import durable_files
from gcx_format.errors import (
    ArgumentError,
    CancelledError,
    InputError,
    OutputError,
    ServiceTimeoutError,
)
from gcx_format.records import Record
from gcx_format.remedies import Remedy

__all__ = ["Cache", "Variant", "descriptor_hash"]

_CHOSEN: Final = "chosen"
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,5}")
_FITTED: Final = ".fitted"
_STALE_SECONDS: Final = 300.0
"""Age at which a file without a picture must stem from a killed program."""

_POLL_SECONDS: Final = 0.05


def descriptor_hash(data: bytes) -> str:
    """The SHA-256 of a descriptor's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Variant:
    """A picture that was generated from a descriptor.

    Attributes:
        path: the file, as the server sent it.
        record: the JSON file beside it.
        chosen: whether the user chose it, so that it is shown rather than the others.
    """

    path: Path
    record: Record
    chosen: bool

    @property
    def made(self) -> datetime:
        return self.record.made

    @property
    def id(self) -> str:
        """A short name: eight hexadecimal digits."""
        return self.path.stem.rpartition("-")[2]

    @property
    def fitted_path(self) -> Path:
        """A PNG file of the picture as shown, cut to its own size; it may not exist."""
        return self.path.with_suffix(_FITTED)

    def read_fitted(self) -> bytes | None:
        """The file at `fitted_path`, or None; the picture counts as used now."""
        try:
            data = self.fitted_path.read_bytes()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            os.utime(self.path)
        return data

    def fit(self, data: bytes) -> None:
        """Store the picture as shown, if the disk has room."""
        with contextlib.suppress(OutputError):
            durable_files.write(self.fitted_path, data)

    @property
    def descriptor(self) -> str:
        """The hash of its descriptor."""
        return self.path.parent.name

    def read(self) -> bytes:
        """The picture as the server sent it; it counts as used now.

        Raises:
            InputError: it was removed meanwhile, or it is damaged and is removed now.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise InputError(
                f"the stored picture cannot be read: {error.strerror}", filename=self.path
            ) from None
        if hashlib.sha256(data).hexdigest() != self.record.sha256:
            _unlink(self.path.with_suffix(".json"), self.path, self.fitted_path)
            raise InputError(
                "the stored picture was damaged and has been removed", filename=self.path
            )
        with contextlib.suppress(OSError):
            os.utime(self.path)
        return data


class Cache:
    """The pictures in a folder.

    Attributes:
        folder: made when the first picture is kept.
        max_bytes: total size of the files; the least recently used make room.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes

    def variants(self, descriptor: str) -> list[Variant]:
        """All pictures of a descriptor, the oldest first."""
        folder = self._folder_of(descriptor)
        names = sorted(name for name in _names(folder) if name.endswith(".json"))
        chosen = _read_choice(folder)
        found = (_load(folder / name, name == f"{chosen}.json") for name in names)
        return [variant for variant in found if variant is not None]

    def __iter__(self) -> Iterator[Variant]:
        for folder in self._folders():
            yield from self.variants(folder.name)

    def add(self, descriptor: str, data: bytes, record: Record, suffix: str) -> Variant:
        """Keep a picture of a descriptor as the server sent it; the least recently used make room.

        The cache adds the date and the facts of the file to the record.

        Raises:
            OutputError: it cannot be kept.
        """
        if not _SUFFIX.fullmatch(suffix) or suffix == ".json":
            raise ArgumentError(f"{suffix!r} is not the extension of a picture")
        made = datetime.now(UTC)
        folder = self._folder_of(descriptor)
        name = f"{made:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        path = folder / f"{name}{suffix}"
        record = replace(
            record,
            made=made,
            descriptor=descriptor,
            file=path.name,
            file_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        text = json.dumps(record.to_json(), indent=1, default=str)
        durable_files.write(path, data)
        try:
            durable_files.write(folder / f"{name}.json", text.encode())
        except OutputError:
            _unlink(path)
            raise
        self._make_room(keep=path)
        return Variant(path, record, chosen=False)

    def make_sure_of_room(self, size: int) -> None:
        """Check that so many bytes can be stored; raises `OutputError`."""
        try:
            durable_files.make_sure_of_room(self.folder, size)
        except OutputError as error:
            error.message = f"a picture could not be stored, so none is asked for: {error.message}"
            error.remedies = (
                Remedy("change setting", setting="cache_folder", variable="GCX_CACHE_FOLDER"),
            )
            raise

    def choose(self, variant: Variant) -> None:
        """Show this variant rather than any other; raises `OutputError`."""
        durable_files.write(variant.path.parent / _CHOSEN, variant.path.stem.encode())

    def choose_none(self, descriptor: str) -> None:
        """Undo `choose`."""
        _unlink(self._folder_of(descriptor) / _CHOSEN)

    def remove(self, variant: Variant) -> None:
        """Remove a picture and its record; raises `OutputError`."""
        folder = variant.path.parent
        try:
            variant.path.with_suffix(".json").unlink(missing_ok=True)
            variant.path.unlink(missing_ok=True)
            variant.fitted_path.unlink(missing_ok=True)
            if _read_choice(folder) == variant.path.stem:
                (folder / _CHOSEN).unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"it cannot be removed: {error.strerror}", filename=variant.path
            ) from None
        _remove_empty(folder)

    def clear(self) -> tuple[int, int]:
        """Remove all pictures, and return their number and total bytes; raises `OutputError`."""
        count = size = 0
        for variant in self:
            self.remove(variant)
            count += 1
            size += variant.record.file_bytes
        for folder in self._folders():
            for _ in _pictures_in(folder):  # removes leftovers
                pass
            _remove_empty(folder)
        return count, size

    @contextlib.contextmanager
    def lock(
        self, descriptor: str, timeout: float, cancelled: Callable[[], bool] | None = None
    ) -> Iterator[None]:
        """Wait until no one else generates a picture of this descriptor, and keep others from it.

        Look into the cache again afterwards: the picture may be there now. The lock is released
        however the program ends.

        Raises:
            ServiceTimeoutError: another program takes longer than the timeout, in seconds.
            CancelledError: `cancelled` returned true.
            OutputError: the folder cannot be written.
        """
        import filelock

        # One of 65,536 files, never removed: that would break a lock that others wait for.
        path = self.folder / "locks" / descriptor[:4]
        durable_files.make_folder(path.parent)
        lock = filelock.FileLock(path, mode=0o600, thread_local=False)
        end = time.monotonic() + timeout
        while True:
            if cancelled is not None and cancelled():
                raise CancelledError("cancelled before the picture was generated")
            try:
                lock.acquire(blocking=False)
                break
            except filelock.Timeout:
                if time.monotonic() >= end:
                    raise ServiceTimeoutError(
                        "another program has been generating the same picture for more than "
                        f"{timeout:g} s; try again"
                    ) from None
            except (OSError, NotImplementedError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise OutputError(f"it cannot be locked: {reason}", filename=path) from None
            time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            lock.release()

    def _folder_of(self, descriptor: str) -> Path:
        return self.folder / "reconstructions" / descriptor[:2] / descriptor

    def _folders(self) -> Iterator[Path]:
        root = self.folder / "reconstructions"
        for first in sorted(_names(root)):
            for name in sorted(_names(root / first)):
                yield root / first / name

    def _make_room(self, keep: Path) -> None:
        """Remove the least recently used pictures until the rest fits; chosen ones last."""
        total = 0
        pictures: list[tuple[bool, float, Path, int]] = []
        for folder in self._folders():
            chosen = _read_choice(folder)
            for path, used, size in _pictures_in(folder):
                total += size
                if path != keep:
                    pictures.append((path.stem == chosen, used, path, size))
        for _, _, path, size in sorted(pictures):
            if total <= self.max_bytes:
                break
            _unlink(path.with_suffix(".json"), path, path.with_suffix(_FITTED))
            _remove_empty(path.parent)
            total -= size


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:  # missing
        return []


def _read_choice(folder: Path) -> str | None:
    """The stem of the chosen variant's files, which may be gone."""
    try:
        with (folder / _CHOSEN).open("rb") as file:
            return file.read(100).decode("ascii", "replace")
    except OSError:
        return None


def _load(path: Path, chosen: bool) -> Variant | None:
    """A variant by its JSON file, or None; broken ones are removed."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    picture = path
    try:
        record = Record.from_json(data)
        suffix = record.file.removeprefix(path.stem)
        if not _SUFFIX.fullmatch(suffix) or suffix == ".json":
            raise ValueError("another file's record")
        picture = path.with_suffix(suffix)
        if picture.stat().st_size != record.file_bytes:
            raise ValueError("cut short")
    except (FileNotFoundError, ValueError, RecursionError):
        _unlink(path, picture)
        return None
    except OSError:  # no permission, or a failing disk
        return None
    return Variant(picture, record, chosen)


def _pictures_in(folder: Path) -> Iterator[tuple[Path, float, int]]:
    """A descriptor's pictures, when each was last used, and its bytes with the record.

    Leftovers of killed programs are removed on the way.
    """
    files: dict[str, os.stat_result] = {}
    for name in _names(folder):
        with contextlib.suppress(OSError):
            files[name] = (folder / name).stat()
    for name, status in files.items():
        stem, _, suffix = name.rpartition(".")
        record = f"{stem}.json"
        if name == _CHOSEN or suffix == "json":
            continue
        if stem and record in files:
            fitted = files.get(stem + _FITTED)
            if status is not fitted:  # counted with its picture
                size = status.st_size + files[record].st_size + (fitted.st_size if fitted else 0)
                yield folder / name, status.st_mtime, size
        elif time.time() - status.st_mtime > _STALE_SECONDS:
            _unlink(folder / name)


def _unlink(*paths: Path) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def _remove_empty(folder: Path) -> None:
    """Remove a descriptor's folder and its parent if they are empty."""
    names = _names(folder)
    if names == [_CHOSEN]:
        _unlink(folder / _CHOSEN)
    with contextlib.suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()
