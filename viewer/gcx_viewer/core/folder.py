"""The files that lie beside the one on screen, in the order in which people count, or another.

Listing is done by a thread, so that the first picture never waits for it: until the list is
there, the file that was opened is all of it. What is told is a `Listing`, which never changes;
when files come and go, there is a new one.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from gcx_format.errors import InputError
from gcx_viewer.core.workers import FirstPicture, Job, WorkerPool, close

if TYPE_CHECKING:
    from gcx_viewer.core.preferences import Order

__all__ = ["Folder", "Listed", "Listener", "Listing", "natural_key"]

_MOST_FILES: Final = 1_000_000
"""Files of all folders together that are listed; the rest is left out."""

_DIGITS: Final = re.compile("0*([0-9]+)")


def natural_key(name: str) -> str:
    """What names of files are ordered by: case does not count, accents little, numbers by value.

    `2.png` comes before `10.png`, and `a.png` before `a 2.png`. No two names have the same key,
    so the order never depends on the one before.
    """
    stem, extension = os.path.splitext(name)  # noqa: PTH122  # for there may be many
    return f"{_plain(stem)}\0{_plain(extension)}\0{name}"


def _plain(text: str) -> str:
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    # Longer numbers are greater ones once they have no zeros before them.
    return _DIGITS.sub(_number, text.casefold())


def _number(found: re.Match[str]) -> str:
    digits = found[1]
    return f"0{chr(len(digits))}{digits}"


# --- what was listed ---------------------------------------------------------------------


class Listing(Sequence[Path]):
    """Files in their order, as they were at one time; safe to read from any thread."""

    __slots__ = ("_names", "_places", "_vanished")

    def __init__(self, names: Sequence[str], vanished: tuple[str, int] | None = None) -> None:
        """Files in this order; `vanished` is one that is gone from the screen, and its index."""
        self._names = tuple(names)
        self._places = {name: index for index, name in enumerate(self._names)}
        self._vanished = vanished

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> list[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | list[Path]:
        if isinstance(index, slice):
            return [Path(name) for name in self._names[index]]
        return Path(self._names[index])

    def __iter__(self) -> Iterator[Path]:
        return map(Path, self._names)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, Path) and str(path.absolute()) in self._places

    def place(self, path: Path) -> int | None:
        """The index of a file, or None where it is not listed."""
        return self._places.get(str(path.absolute()))

    @property
    def names(self) -> tuple[str, ...]:
        """The absolute paths as strings, which is quicker where there are many."""
        return self._names

    def after(self, path: Path) -> int | None:
        """The index of what comes next after a file, be it gone or not; None at the end."""
        place = self.place(path)
        if place is None:
            place = self._place_if_vanished(path)
            following = place
        else:
            following = place + 1
        return None if following is None or following >= len(self._names) else following

    def before(self, path: Path) -> int | None:
        """The index of what comes before a file, be it gone or not; None at the beginning."""
        place = self.place(path)
        if place is None:
            place = self._place_if_vanished(path)
        return None if not place else place - 1

    def _place_if_vanished(self, path: Path) -> int | None:
        name = str(path.absolute())
        return self._vanished[1] if self._vanished and self._vanished[0] == name else None

    def followed_by(self, names: Sequence[str], current: Path | None) -> Listing:
        """The listing that comes after: it knows where the file on screen was if that is gone."""
        newer = Listing(names)
        if current is None or current in newer:
            return newer
        place = self.place(current)
        if place is None:
            place = self._place_if_vanished(current)
        if place is None:
            return newer
        for index in range(place - 1, -1, -1):
            survivor = newer._places.get(self._names[index])
            if survivor is not None:
                return Listing(names, (str(current.absolute()), survivor + 1))
        return Listing(names, (str(current.absolute()), 0))


@dataclass(frozen=True, slots=True)
class Listed:
    """There is a new listing.

    Attributes:
        listing: the files.
        problems: folders that could not be listed, and why.
    """

    listing: Listing
    problems: tuple[InputError, ...] = ()


Listener = Callable[[Listed], object]
"""Called from a thread of the folder; must return at once."""


# --- the folder --------------------------------------------------------------------------


class Folder:
    """What next and previous go through. All methods return at once, from any thread."""

    def __init__(
        self,
        paths: Sequence[Path],
        listener: Listener,
        *,
        wanted: Callable[[Path], bool] | None = None,
        order: Order = "name",
        first: FirstPicture | None = None,
    ) -> None:
        """Begin to list.

        One file means all of its folder, for that is what people want to browse. Several mean
        themselves alone, in the order given. A folder means the files in it, without those
        in folders below. Hidden files are left out.

        Args:
            paths: files and folders.
            listener: is told when the list is there, and whenever it was refreshed.
            wanted: whether to list a file, by its name; None: what the viewer can open.
            order: of the files of each folder.
            first: what listing waits for.
        """
        self._first = first
        self._paths = [path.absolute() for path in paths]
        self._listener = listener
        self._wanted = wanted
        self._order: Order = order
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._pool = WorkerPool("folder")
        self._waiting: Job | None = None
        self._is_listing = True
        self._current: Path | None = self._paths[0] if len(paths) == 1 else None
        self._watched: list[Path] = []
        self._listing = Listing([])
        if self._current is not None and not self._current.is_dir():
            self._listing = Listing([str(self._current)])
        self.refresh()

    @property
    def listing(self) -> Listing:
        return self._listing

    @property
    def is_listing(self) -> bool:
        """Whether a list is on its way; until then next and previous may know of none."""
        return self._is_listing

    @property
    def watched(self) -> list[Path]:
        """The folders that were listed: to be watched for files that come and go."""
        return self._watched

    def __len__(self) -> int:
        return len(self._listing)

    def __contains__(self, path: object) -> bool:
        return path in self._listing

    def index(self, path: Path) -> int | None:
        """The place of a file, from 0; None where it is not listed."""
        return self._listing.place(path)

    def next(self, path: Path, *, wrap: bool = False) -> Path | None:
        """The file after one; at the end the first if it wraps, else None."""
        listing = self._listing
        place = listing.after(path)
        if place is None and wrap and listing:
            place = 0
        return None if place in (None, listing.place(path)) else listing[place]

    def previous(self, path: Path, *, wrap: bool = False) -> Path | None:
        """The file before one; at the beginning the last if it wraps, else None."""
        listing = self._listing
        place = listing.before(path)
        if place is None and wrap and listing:
            place = len(listing) - 1
        return None if place in (None, listing.place(path)) else listing[place]

    def first(self) -> Path | None:
        listing = self._listing
        return listing[0] if listing else None

    def last(self) -> Path | None:
        listing = self._listing
        return listing[-1] if listing else None

    def neighbours(self, path: Path, count: int) -> list[Path]:
        """So many files after one and before it, the nearest first: to be loaded ahead."""
        listing = self._listing
        after, before = listing.after(path), listing.before(path)
        found: list[Path] = []
        for distance in range(count):
            if after is not None and after + distance < len(listing):
                found.append(listing[after + distance])
            if before is not None and before - distance >= 0:
                found.append(listing[before - distance])
        return found

    def refresh(self, current: Path | None = None) -> None:
        """List again, for files may have come or gone.

        Args:
            current: the file on screen; if it is gone, next and previous go on from its place.
        """
        with self._lock:
            if current is not None:
                self._current = current.absolute()
            self._is_listing = True
            if self._waiting is None or self._waiting.cancel():
                self._waiting = self._pool.submit(self._work)

    def sort(self, order: Order) -> None:
        """List the files of each folder in another order."""
        self._order = order
        self.refresh()

    def close(self, timeout: float = 2.0) -> None:
        """Tell nothing any more, and end the thread."""
        self._closed.set()
        close([self._pool], timeout)

    def _work(self) -> None:
        if self._first is not None:
            self._first.wait()
        with self._lock:
            self._waiting = None
            current = self._current
        names, problems = self._list(current)
        with self._lock:
            self._listing = self._listing.followed_by(names, current)
            self._is_listing = self._waiting is not None
        if not self._closed.is_set():
            self._listener(Listed(self._listing, problems))

    def _list(self, current: Path | None) -> tuple[list[str], tuple[InputError, ...]]:
        wanted = _ByExtension(self._wanted or _is_viewable)
        folders: list[Path] = []
        names: dict[str, None] = {}
        problems: list[InputError] = []
        single = len(self._paths) == 1
        for path in self._paths:
            folder = path if path.is_dir() else path.parent if single else None
            if folder is None:
                names[str(path)] = None
                continue
            folders.append(folder)
            try:
                found = self._scan(folder, wanted, _MOST_FILES - len(names))
            except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
                reason = getattr(error, "strerror", None) or error
                problems.append(InputError(f"it cannot be listed: {reason}", filename=folder))
                continue
            if single and current is not None and current.parent == folder:
                _put_in(found, current.name, folder)
            if self._order != "name":
                values = {name: _value(folder / name, self._order) for name in found}
                found.sort(key=values.__getitem__)
            names |= dict.fromkeys(os.path.join(folder, name) for name in found)  # noqa: PTH118
        self._watched = folders
        return list(names), tuple(problems)

    def _scan(self, folder: Path, wanted: Callable[[str], bool], most: int) -> list[str]:
        found: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if self._closed.is_set() or len(found) >= most:
                    break
                if not entry.name.startswith(".") and wanted(entry.name) and _is_file(entry):
                    found.append(entry.name)
        found.sort(key=natural_key)
        return found


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file or a link to one: opening a pipe would wait for ever."""
    try:
        return entry.is_file()  # asks the disk about links alone
    except OSError:  # a link to itself
        return False


def _value(path: Path, order: Order) -> float:
    """What a file is ordered by; those with the same value stay in the order of their names."""
    try:
        status = path.stat()
    except OSError:  # it is gone, or cannot be reached
        return 0.0
    return status.st_mtime if order == "date" else -status.st_size


def _put_in(names: list[str], current: str, folder: Path) -> None:
    """See to it that the file on screen is in the list, as it was named.

    It may be hidden, have no extension that is known, or be spelt otherwise than on the disk
    where that does not tell capitals apart.
    """
    key = natural_key(current)
    place = bisect_left(names, key, key=natural_key)
    if names[place : place + 1] == [current] or not (folder / current).is_file():
        return
    spelt = key.rpartition("\0")[0]
    for index in range(max(0, place - 4), min(len(names), place + 4)):
        other = names[index]
        if natural_key(other).rpartition("\0")[0] == spelt and _are_same(folder, other, current):
            names[index] = current
            return
    names.insert(place, current)


def _are_same(folder: Path, one: str, other: str) -> bool:
    try:
        return (folder / one).samefile(folder / other)
    except OSError:  # one was removed this moment
        return False


class _ByExtension:
    """Whether a file is wanted, asked once for each extension: a folder may have many files."""

    def __init__(self, wanted: Callable[[Path], bool]) -> None:
        self._wanted = wanted
        self._known: dict[str, bool] = {}

    def __call__(self, name: str) -> bool:
        extension = os.path.splitext(name)[1]  # noqa: PTH122
        known = self._known.get(extension)
        if known is None:
            known = self._known[extension] = self._wanted(Path(name))
        return known


def _is_viewable(path: Path) -> bool:
    from gcx_viewer.core.opening import is_viewable

    return is_viewable(path)
