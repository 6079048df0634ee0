"""Weights of visual codecs: which are installed, whether they are intact, and downloading them.

A file is checked, then pinned: its size and SHA-256 are written to `weights.lock` beside it, and
from then on an altered file, or another one from the server, is rejected. No checksums are known
in advance. The codecs read the files, and say whether they are theirs.

Weights are not part of gcx and have licences of their own, which must be accepted before a
download. Nothing is downloaded unasked: a file manager that wants a thumbnail should not fetch
0.7 GB.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from gcx_format import durable_files
from gcx_format.errors import MissingExtraError, UnavailableError, WeightsError
from gcx_format.extras import is_installed
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import httpx

__all__ = ["Checkpoint", "Entry", "Release", "WeightStore"]

_LOCK: Final = "weights.lock"
_PART: Final = ".part"

_LARGEST: Final = 1 << 32
"""Maximum size of a checkpoint, in bytes; MS-ILLM's have 0.7 GB."""

_ATTEMPTS: Final = 5
"""How many connections in a row that bring less than `_LEAST` end a download."""

_LEAST: Final = 1 << 20
"""Bytes that a connection brings in each `_PATIENCE`, or it is given up."""

_PATIENCE: Final = 60.0
_PAUSE: Final = 0.2
_TIMEOUT: Final = 30.0

Progress = Callable[[int, int], None]
"""Called with the bytes downloaded, and their total, or where that is not known the same again."""

State = Literal["here", "unverified", "altered", "partial", "absent"]


@dataclass(frozen=True, slots=True)
class Release:
    """What checkpoints that were released together share: folder, licence, approximate size.

    They are ZIP files, which `check` reads further: it raises `WeightsError` for what is not a
    whole file of these weights. That needs the optional part `extra`, without which `require`
    raises `MissingExtraError`. `terms` summarise the licence for the user to accept.
    """

    url: str
    megabytes: int
    extra: str
    require: Callable[[], None]
    check: Callable[[Path], None]
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file of weights: what `gcx weights` and messages call it, and its file name everywhere."""

    name: str
    title: str
    file: str
    release: Release


@dataclass(frozen=True, slots=True)
class Entry:
    """A checkpoint: where it is or would be, its state, its bytes that are here, and its pin.

    The state is `"here"` as pinned; `"unverified"`: here, but never pinned; `"altered"`: differs
    from its pin; `"partial"`: download incomplete; or `"absent"`.
    """

    checkpoint: Checkpoint
    path: Path
    state: State
    size: int
    sha256: str | None


class WeightStore:
    """A folder of checkpoints, and the URL of a mirror; None downloads them from their releases."""

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder: Final = folder
        self.url: Final = url

    def entries(self, checkpoints: Sequence[Checkpoint]) -> list[Entry]:
        """The state of each checkpoint, unread; raises `WeightsError` if the lock is bad."""
        pins = self._read_lock()["checkpoints"]
        return [self._entry(checkpoint, pins.get(checkpoint.file)) for checkpoint in checkpoints]

    def has(self, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint is here, unread; raises `WeightsError` if the lock is bad."""
        return self.entries([checkpoint])[0].state in ("here", "unverified")

    def path(self, checkpoint: Checkpoint) -> Path:
        """The file of a checkpoint, as pinned.

        It is read only if it changed since the last check. A file that was put there by hand is
        checked and pinned.

        Raises:
            WeightsError: it is missing, is not one, or differs from its pin.
            UnavailableError: it cannot be checked without what is missing here.
        """
        file = self.folder / checkpoint.file
        pin = self._read_lock()["checkpoints"].get(checkpoint.file)
        replace = Remedy("replace weights", names=checkpoint.name)
        try:
            status = file.stat()
            if pin and (status.st_size, status.st_mtime_ns) == (pin["size"], pin["mtime_ns"]):
                return file
            if pin and status.st_size != pin["size"]:
                raise WeightsError(
                    f"the checkpoint has {status.st_size} bytes, but was pinned with "
                    f"{pin['size']}: it is cut short or a different one",
                    filename=file,
                    remedy=replace,
                )
            found = _sha256(file)
            if not pin:
                _check(file, checkpoint, replace)
        except FileNotFoundError:
            release = checkpoint.release
            raise WeightsError(
                f"the weights of {checkpoint.title} are missing ({release.megabytes / 1000:.1f} "
                f"GB, {release.licence})",
                filename=file,
                remedy=Remedy("get weights", names=checkpoint.name),
            ) from None
        except UnavailableError:
            raise
        except OSError as error:
            reason = error.strerror or error
            raise WeightsError(f"it cannot be read: {reason}", filename=file) from None
        if pin and found != pin["sha256"]:
            raise WeightsError(
                f"the checkpoint was altered: its SHA-256 is {found[:16]}..., not "
                f"{pin['sha256'][:16]}... as pinned",
                filename=file,
                remedy=replace,
            )
        with contextlib.suppress(OSError):  # in a read-only folder, it is checked every time
            self._pin(file, found)
        return file

    def is_licence_accepted(self, release: Release) -> bool:
        return release.licence in self._read_lock()["licences"]

    def get(
        self,
        checkpoint: Checkpoint,
        *,
        accept_licence: bool = False,
        replace_pin: bool = False,
        progress: Progress | None = None,
    ) -> Path:
        """Download a checkpoint, unless it is here; an interrupted download resumes.

        Pass `accept_licence` once the user has seen and accepted its licence; this is remembered.
        With `replace_pin`, a file that differs from its pin is taken, if it is one at all.

        Raises:
            WeightsError: the licence is not accepted, the download failed, or the file differs from
                its pin.
            UnavailableError: the extra is not installed, or memory is short.
        """
        release = checkpoint.release
        release.require()
        if not is_installed("httpx"):
            raise MissingExtraError("Downloading weights", release.extra)
        import filelock
        import httpx

        file = self.folder / checkpoint.file
        if replace_pin:
            with self._lock() as lock:
                lock["checkpoints"].pop(file.name, None)
        if file.exists():
            return self.path(checkpoint)
        mirror = Remedy("use mirror")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if accept_licence and not self.is_licence_accepted(release):
                with self._lock() as lock:
                    lock["licences"].append(release.licence)
            if not self.is_licence_accepted(release):
                raise WeightsError(
                    f"the licence of the weights, {release.licence}, has not been accepted",
                    remedy=Remedy("accept licence", names=checkpoint.name),
                )
            with filelock.FileLock(self.folder / f"{checkpoint.file}.lock"):
                if not file.exists():  # another process may have been faster
                    self._download(checkpoint, file, progress or (lambda *_: None))
            return file
        except httpx.HTTPStatusError as error:
            answer = f"{error.response.status_code} {error.response.reason_phrase}"
            raise WeightsError(f"{error.request.url} answered {answer}", remedy=mirror) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WeightsError(
                f"the download broke off: {error or type(error).__name__}; what came is kept",
                remedy=Remedy("go on with weights", names=checkpoint.name),
            ) from None
        except UnavailableError:
            raise
        except OSError as error:
            raise WeightsError(
                f"the weights cannot be stored: {error.strerror or error}",
                filename=file,
                remedy=Remedy(
                    "change setting", setting="weights_folder", variable="GCX_WEIGHTS_FOLDER"
                ),
            ) from None

    def _download(self, checkpoint: Checkpoint, file: Path, progress: Progress) -> None:
        import httpx

        url = f"{(self.url or checkpoint.release.url).rstrip('/')}/{checkpoint.file}"
        part = file.with_name(file.name + _PART)
        failures = 0
        with httpx.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
            while True:
                before = _size(part)
                try:
                    _fetch(client, url, part, progress)
                    break
                except httpx.TransportError:
                    failures = 0 if _size(part) >= before + _LEAST else failures + 1
                    if failures == _ATTEMPTS:
                        raise
                    time.sleep(_PAUSE)
        try:
            _check(part, checkpoint, Remedy("use mirror"))
        except WeightsError as error:
            part.unlink()
            error.filename = url
            raise
        found = _sha256(part)
        pin = self._read_lock()["checkpoints"].get(file.name)
        if pin and found != pin["sha256"]:
            raise WeightsError(
                f"{url} is whole, but not the file that was pinned: its SHA-256 is {found}, not "
                f"{pin['sha256']}; it is kept",
                filename=file,
                remedy=Remedy("replace pin", names=checkpoint.name),
            )
        part.replace(file)
        self._pin(file, found)

    def _entry(self, checkpoint: Checkpoint, pin: dict[str, Any] | None) -> Entry:
        file = self.folder / checkpoint.file
        state: State
        if file.exists():
            status = file.stat()
            size = status.st_size
            if pin and size != pin["size"]:
                state = "altered"
            else:
                state = "here" if pin and status.st_mtime_ns == pin["mtime_ns"] else "unverified"
        else:
            size = _size(file.with_name(file.name + _PART))
            state = "partial" if size else "absent"
        return Entry(checkpoint, file, state, size, pin["sha256"] if pin else None)

    def _pin(self, file: Path, sha256: str) -> None:
        status = file.stat()
        with self._lock() as lock:
            lock["checkpoints"][file.name] = {
                "size": status.st_size,
                "sha256": sha256,
                "mtime_ns": status.st_mtime_ns,
            }

    def _read_lock(self) -> dict[str, Any]:
        try:
            content = json.loads((self.folder / _LOCK).read_bytes())
            checkpoints = {
                str(name): {
                    "size": int(pin["size"]),
                    "sha256": str(pin["sha256"]),
                    "mtime_ns": int(pin["mtime_ns"]),
                }
                for name, pin in content["checkpoints"].items()
            }
            # Earlier versions kept one licence, or null.
            licences = content.get("licences", [content.get("licence")])
            return {"licences": [*filter(None, licences)], "checkpoints": checkpoints}
        except FileNotFoundError:
            return {"licences": [], "checkpoints": {}}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(
                f"it cannot be read: {error}; delete it to pin the weights again",
                filename=self.folder / _LOCK,
            ) from None

    @contextlib.contextmanager
    def _lock(self) -> Iterator[dict[str, Any]]:
        """The lock's content, to be changed; written at the end, whole or not at all."""
        import filelock

        with filelock.FileLock(self.folder / f"{_LOCK}.lock"):
            content = self._read_lock()
            yield content
            data = json.dumps(content, indent=2).encode() + b"\n"
            # Several users may share the folder.
            durable_files.write(self.folder / _LOCK, data, mode=0o666)


def _check(file: Path, checkpoint: Checkpoint, remedy: Remedy) -> None:
    """Raise `WeightsError` unless a file is a whole checkpoint, to the last byte."""
    try:
        with zipfile.ZipFile(file) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, RuntimeError):
        damaged = file.name
    if damaged is not None:
        raise WeightsError(
            "the checkpoint is damaged, or not a plain file of weights",
            filename=file,
            remedy=remedy,
        )
    try:
        checkpoint.release.check(file)
    except WeightsError as error:
        error.remedies = (remedy,)
        raise


def _fetch(client: httpx.Client, url: str, part: Path, progress: Progress) -> None:
    """Append the missing part of a file, or start over if the server requires it."""
    import httpx

    tag = part.with_name(part.name + ".etag")
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        with contextlib.suppress(OSError):
            headers["If-Range"] = tag.read_text()
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == 416 and have == _total(response):
            progress(have, have)  # complete
            return
        if response.status_code == 416:  # longer than the server's file
            part.unlink()
            _fetch(client, url, part, progress)
            return
        response.raise_for_status()
        resumed = response.status_code == 206 and _start(response) == have
        if not resumed and response.status_code == 206:
            raise WeightsError(f"{url}: the server sent a part that was not requested")
        have = have if resumed else 0
        length = response.headers.get("Content-Length")
        total = None if length is None else have + int(length)
        if total is not None and not have < total <= _LARGEST:
            raise WeightsError(f"{url} would have {total} bytes, so it is not a checkpoint")
        if shutil.disk_usage(part.parent).free < (total or have) - have:
            raise WeightsError(f"the disk has no room for {total} bytes", filename=part)
        if not resumed and (etag := response.headers.get("ETag", "")).startswith('"'):  # strong
            tag.write_text(etag)
        wanted, until = have + _LEAST, time.monotonic() + _PATIENCE
        with part.open("ab" if resumed else "wb") as file:
            for block in response.iter_raw():  # unbuffered, so that nothing is lost
                file.write(block)
                have += len(block)
                progress(have, total or have)
                if have > _LARGEST:
                    raise WeightsError(f"{url} sends without end, so it is not a checkpoint")
                if time.monotonic() > until:
                    if have < wanted:
                        raise httpx.ReadTimeout(f"{url} sends too slowly")
                    wanted, until = have + _LEAST, time.monotonic() + _PATIENCE
    if have != (total or have):
        raise WeightsError(f"{url} sent {have} of {total} bytes; try again")
    tag.unlink(missing_ok=True)


def _start(response: httpx.Response) -> int | None:
    """Where the part that a server sends begins."""
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    start = rest.partition("-")[0]
    return int(start) if unit == "bytes" and start.isdecimal() else None


def _total(response: httpx.Response) -> int | None:
    """The size of the file that a server cannot send a part of."""
    total = response.headers.get("Content-Range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
