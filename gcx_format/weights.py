"""Files of weights: which are here, whether they are whole, and getting them.

What is downloaded is pinned: its size and SHA-256 are written into `weights.lock` beside it,
and from then on nothing else is taken for it, neither a file that was altered nor another
that a server has under its name. No checksums of a release are known here beforehand. What
is in the files is read by the codecs, not here.

Weights are not part of gcx and have licences of their own; nothing is downloaded before the
licence has been accepted. Nothing is ever downloaded unasked either: 0.7 GB are not for a
file manager to fetch that wants a thumbnail.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from gcx_format import durable_files
from gcx_format.errors import MissingExtraError, WeightsError
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import httpx

__all__ = ["Checkpoint", "Entry", "Release", "WeightStore"]

_LOCK: Final = "weights.lock"
_PART: Final = ".part"

_LARGEST: Final = 1 << 32
"""Bytes of a checkpoint at most; those of MS-ILLM have 0.7 GB."""

_ATTEMPTS: Final = 5
"""How often a download goes on after the connection broke off, without a byte in between."""

_PAUSE: Final = 0.2
_TIMEOUT: Final = 30.0

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and those that there will be."""

State = Literal["here", "unverified", "altered", "partial", "absent"]


@dataclass(frozen=True, slots=True)
class Release:
    """What checkpoints that were released together have in common.

    Attributes:
        url: of the folder that they are in.
        megabytes: of each, roughly.
        magic: what each of them begins with.
        extra: the optional part of gcx that can read them, and has what downloading takes.
        licence: the short name of their licence.
        terms: what it says and where it stands, for whoever has to accept it.
    """

    url: str
    megabytes: int
    magic: bytes
    extra: str
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file of weights.

    Attributes:
        name: by which `gcx weights` knows it.
        title: whose weights they are, in messages.
        file: its name, there and here.
        release: that it belongs to.
    """

    name: str
    title: str
    file: str
    release: Release


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is of a checkpoint.

    Attributes:
        checkpoint: which one.
        path: where it is, or would be.
        state: `"here"` as it was pinned; `"unverified"`: here and never pinned; `"altered"`: not
            as it was pinned; `"partial"`: its download was broken off; `"absent"`.
        size: of what is there, in bytes.
        sha256: as pinned, or None.
    """

    checkpoint: Checkpoint
    path: Path
    state: State
    size: int
    sha256: str | None


class WeightStore:
    """A folder of checkpoints, and the server that they are downloaded from.

    Attributes:
        folder: where they are looked for and downloaded to.
        url: of a mirror; None: each comes from its release.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        self.folder: Final = folder
        self.url: Final = url

    def entries(self, checkpoints: Sequence[Checkpoint]) -> list[Entry]:
        """What there is of each checkpoint, best known without reading them.

        Raises:
            WeightsError: the lock cannot be read.
        """
        pins = self._read_lock()["checkpoints"]
        return [self._entry(checkpoint, pins.get(checkpoint.file)) for checkpoint in checkpoints]

    def has(self, checkpoint: Checkpoint) -> bool:
        """Whether a checkpoint is here, as far as can be told without reading it.

        Raises:
            WeightsError: the lock cannot be read.
        """
        return self.entries([checkpoint])[0].state in ("here", "unverified")

    def path(self, checkpoint: Checkpoint) -> Path:
        """The file of a checkpoint, which is as it was pinned.

        It is read whole only if it was touched since that was last made sure of. A file that was
        never pinned, since it was put there by hand, is pinned as it is.

        Raises:
            WeightsError: it is not there, or not what was pinned.
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
                    f"the checkpoint has {status.st_size} bytes and was pinned with "
                    f"{pin['size']}: it is cut short or another one",
                    filename=file,
                    remedy=replace,
                )
            found = _sha256(file)
        except FileNotFoundError:
            release = checkpoint.release
            raise WeightsError(
                f"the weights of {checkpoint.title} are not here ({release.megabytes / 1000:.1f} "
                f"GB, {release.licence})",
                filename=file,
                remedy=Remedy("get weights", names=checkpoint.name),
            ) from None
        except WeightsError:
            raise
        except OSError as error:
            reason = error.strerror or error
            raise WeightsError(f"it cannot be read: {reason}", filename=file) from None
        if pin and found != pin["sha256"]:
            raise WeightsError(
                f"the checkpoint was altered: its SHA-256 is {found[:16]}... and was pinned as "
                f"{pin['sha256'][:16]}...",
                filename=file,
                remedy=replace,
            )
        with contextlib.suppress(OSError):  # a folder that cannot be written is read every time
            self._pin(file, found)
        return file

    def is_licence_accepted(self, release: Release) -> bool:
        """Whether the licence of a release has been accepted for this folder."""
        return release.licence in self._read_lock()["licences"]

    def get(
        self,
        checkpoint: Checkpoint,
        *,
        accept_licence: bool = False,
        progress: Progress | None = None,
    ) -> Path:
        """Download a checkpoint, unless it is here; a download that broke off goes on.

        Args:
            checkpoint: which one.
            accept_licence: its licence has been shown and accepted. Remembered.
            progress: called as bytes come in.

        Returns:
            The file.

        Raises:
            WeightsError: the licence has not been accepted, the download failed, or what came is
                not what was pinned.
            MissingExtraError: the extra is not installed.
        """
        release = checkpoint.release
        try:
            import filelock
            import httpx
        except ImportError:
            raise MissingExtraError("Downloading weights", release.extra) from None
        file = self.folder / checkpoint.file
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
            raise WeightsError(f"{error.request.url} answers {answer}", remedy=mirror) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WeightsError(
                f"the download broke off: {error or type(error).__name__}. What came is kept",
                remedy=Remedy("go on with weights", names=checkpoint.name),
            ) from None
        except WeightsError:
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
                    failures = 0 if _size(part) > before else failures + 1
                    if failures == _ATTEMPTS:
                        raise
                    time.sleep(_PAUSE)
        found = _sha256(part)
        pin = self._read_lock()["checkpoints"].get(file.name)
        if pin and found != pin["sha256"]:
            part.unlink()
            raise WeightsError(
                f"{url} is not the checkpoint that was pinned: its SHA-256 is {found}, and that "
                f"was {pin['sha256']}. If the new one is right, delete {_LOCK} beside it",
                filename=file,
            )
        magic = checkpoint.release.magic
        with part.open("rb") as start:
            is_one = start.read(len(magic)) == magic
        if not is_one:
            part.unlink()
            raise WeightsError(f"{url} is no checkpoint", remedy=Remedy("use mirror"))
        part.replace(file)
        self._pin(file, found)

    def _entry(self, checkpoint: Checkpoint, pin: dict[str, Any] | None) -> Entry:
        file = self.folder / checkpoint.file
        part = file.with_name(file.name + _PART)
        state: State
        if file.exists():
            size = file.stat().st_size
            mtime_ns = file.stat().st_mtime_ns
            if pin is None:
                state = "unverified"
            elif size != pin["size"]:
                state = "altered"
            else:
                state = "here" if mtime_ns == pin["mtime_ns"] else "unverified"
        else:
            size = _size(part)
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
            # An earlier gcx kept the one licence that there was, or null.
            licences = content.get("licences", [content.get("licence")])
            return {"licences": [*filter(None, licences)], "checkpoints": checkpoints}
        except FileNotFoundError:
            return {"licences": [], "checkpoints": {}}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(
                f"it cannot be read: {error}. Delete it to have the weights pinned anew",
                filename=self.folder / _LOCK,
            ) from None

    @contextlib.contextmanager
    def _lock(self) -> Iterator[dict[str, Any]]:
        """The content of the lock, to be changed; written when this ends, whole or not at all."""
        import filelock

        with filelock.FileLock(self.folder / f"{_LOCK}.lock"):
            content = self._read_lock()
            yield content
            data = json.dumps(content, indent=2).encode() + b"\n"
            # The folder may be one that several users share.
            durable_files.write(self.folder / _LOCK, data, mode=0o666)


def _fetch(client: httpx.Client, url: str, part: Path, progress: Progress) -> None:
    """Append to a part of a file what is missing of it, or begin anew if the server has to."""
    tag = part.with_name(part.name + ".etag")
    have = _size(part)
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
        with contextlib.suppress(OSError):
            headers["If-Range"] = tag.read_text()
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == 416 and have == _total(response):
            progress(have, have)  # all of it is there
            return
        if response.status_code == 416:  # more of it is there than of the server's file
            part.unlink()
            _fetch(client, url, part, progress)
            return
        response.raise_for_status()
        resumed = response.status_code == 206 and _start(response) == have
        if not resumed and response.status_code == 206:
            raise WeightsError(f"{url}: the server sends another part than was asked for")
        have = have if resumed else 0
        total = have + int(response.headers.get("Content-Length", 0))
        if not have < total <= _LARGEST:
            raise WeightsError(f"{url} would have {total} bytes, which is no checkpoint")
        if shutil.disk_usage(part.parent).free < total - have:
            raise WeightsError(f"the disk has no room for {total - have} bytes", filename=part)
        if not resumed and _is_strong(etag := response.headers.get("ETag", "")):
            tag.write_text(etag)
        with part.open("ab" if resumed else "wb") as file:
            for block in response.iter_raw():  # as it comes, or what is buffered would be lost
                file.write(block)
                have += len(block)
                progress(have, total)
    if have != total:
        raise WeightsError(f"{url} sent {have} bytes instead of {total}; try again")
    tag.unlink(missing_ok=True)


def _is_strong(etag: str) -> bool:
    return etag.startswith('"')


def _start(response: httpx.Response) -> int | None:
    """Where the part that a server sends begins."""
    unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
    start = rest.partition("-")[0]
    return int(start) if unit == "bytes" and start.isdecimal() else None


def _total(response: httpx.Response) -> int | None:
    """How long the file is of which a server cannot send a part."""
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
