"""The files of weights: which are here, whether they are whole, and getting them.

A checkpoint that was downloaded is pinned: its size and SHA-256 are written into
`weights.lock` beside it, and from then on nothing else is taken for it, neither a file that
was altered nor another that a server has under its name. No checksums of the release are
known here beforehand. What is in the files is read by `checkpoint`, not here.

The weights are not part of gcx and have a licence of their own, CC-BY-NC-4.0; nothing is
downloaded before it has been accepted. Nothing is ever downloaded unasked either: 0.7 GB
are not for a file manager to fetch that wants a thumbnail.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from gcx_format.errors import MissingExtraError, WeightsError
from gcx_format.visual.msillm.qualities import QUALITIES, Quality

if TYPE_CHECKING:
    import httpx

    from gcx_format.settings import Settings

__all__ = [
    "LICENCE",
    "RELEASE",
    "Entry",
    "available",
    "entries",
    "folder",
    "get",
    "is_licence_accepted",
    "path",
]

LICENCE: Final = """\
The weights of MS-ILLM were released by Meta Platforms, Inc. under the licence Creative Commons
Attribution-NonCommercial 4.0 International (CC-BY-NC-4.0): they may be used, with attribution,
for purposes that are not commercial. The whole text:
https://creativecommons.org/licenses/by-nc/4.0/legalcode
https://github.com/facebookresearch/NeuralCompression/blob/main/WEIGHTS_LICENSE"""

RELEASE: Final = "https://dl.fbaipublicfiles.com/NeuralCompression/2023-muckley-msillm"
"""Where upstream released the checkpoints."""

_LICENCE_NAME: Final = "CC-BY-NC-4.0"
_LOCK: Final = "weights.lock"
_PART: Final = ".part"

_LARGEST: Final = 1 << 32
"""Bytes of a checkpoint at most; the released ones have 0.7 GB."""

_ATTEMPTS: Final = 5
"""How often a download goes on after the connection broke off, without a byte in between."""

_PAUSE: Final = 0.2
_TIMEOUT: Final = 30.0

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and those that there will be."""

State = Literal["here", "unverified", "altered", "partial", "absent"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is of a checkpoint.

    Attributes:
        quality: of the model.
        path: where it is, or would be.
        state: `"here"` as it was pinned; `"unverified"`: here and never pinned; `"altered"`: not
            as it was pinned; `"partial"`: its download was broken off; `"absent"`.
        size: of what is there, in bytes.
        sha256: as pinned, or None.
    """

    quality: Quality
    path: Path
    state: State
    size: int
    sha256: str | None


def folder(settings: Settings | None = None) -> Path:
    """Where checkpoints are looked for and downloaded to; by the user's settings for None.

    Raises:
        MissingExtraError: the extra is not installed.
        SettingsError: a setting has a value that it cannot have.
    """
    return _settings(settings).weights_folder


def entries(settings: Settings | None = None) -> list[Entry]:
    """What there is of every checkpoint, best known without reading them."""
    here = folder(settings)
    pins = _read_lock(here)["checkpoints"]
    return [_entry(here, quality, pins.get(quality.checkpoint)) for quality in QUALITIES]


def available(settings: Settings | None = None) -> list[Quality]:
    """The models whose checkpoints are here, by ascending rate."""
    return [entry.quality for entry in entries(settings) if entry.state in ("here", "unverified")]


def path(quality: Quality, settings: Settings | None = None) -> Path:
    """The file of a checkpoint, which is as it was pinned.

    It is read whole only if it was touched since that was last made sure of. A file that was
    never pinned, since it was put there by hand, is pinned as it is.

    Raises:
        WeightsError: it is not there, or not what was pinned.
        MissingExtraError: the extra is not installed.
    """
    here = folder(settings)
    file = here / quality.checkpoint
    pin = _read_lock(here)["checkpoints"].get(quality.checkpoint)
    try:
        status = file.stat()
        if pin and (status.st_size, status.st_mtime_ns) == (pin["size"], pin["mtime_ns"]):
            return file
        if pin and status.st_size != pin["size"]:
            raise WeightsError(
                f"the checkpoint has {status.st_size} bytes and was pinned with {pin['size']}: "
                f"it is cut short or another one. Delete it, then `gcx weights get {quality.name}`",
                filename=file,
            )
        found = _sha256(file)
    except FileNotFoundError:
        raise WeightsError(
            f"the weights of MS-ILLM quality {quality.name} are not here: "
            f"`gcx weights get {quality.name}` downloads them (0.7 GB, {_LICENCE_NAME})",
            filename=file,
        ) from None
    except OSError as error:
        raise WeightsError(f"it cannot be read: {error.strerror or error}", filename=file) from None
    if pin and found != pin["sha256"]:
        raise WeightsError(
            f"the checkpoint was altered: its SHA-256 is {found[:16]}... and was pinned as "
            f"{pin['sha256'][:16]}... Delete it, then `gcx weights get {quality.name}`",
            filename=file,
        )
    with contextlib.suppress(OSError):  # a folder that cannot be written is read every time
        _pin(file, found)
    return file


def is_licence_accepted(settings: Settings | None = None) -> bool:
    """Whether the licence of the weights has been accepted for this folder."""
    return bool(_read_lock(folder(settings))["licence"] == _LICENCE_NAME)


def get(
    quality: Quality,
    *,
    accept_licence: bool = False,
    progress: Progress | None = None,
    settings: Settings | None = None,
) -> Path:
    """Download a checkpoint, unless it is here; a download that broke off goes on.

    Args:
        quality: of the model.
        accept_licence: the licence, `LICENCE`, has been shown and accepted. Remembered.
        progress: called as bytes come in.
        settings: which folder and which server; None: the user's.

    Returns:
        The file.

    Raises:
        WeightsError: the licence has not been accepted, the download failed, or what came is
            not what was pinned.
        MissingExtraError: the extra is not installed.
    """
    settings = _settings(settings)
    here = settings.weights_folder
    try:
        import filelock
        import httpx
    except ImportError:
        raise MissingExtraError("Downloading weights", "msillm") from None
    file = here / quality.checkpoint
    if file.exists():
        return path(quality, settings)
    try:
        here.mkdir(parents=True, exist_ok=True)
        if accept_licence and not is_licence_accepted(settings):
            with _lock(here) as lock:
                lock["licence"] = _LICENCE_NAME
        if not is_licence_accepted(settings):
            raise WeightsError(
                f"the licence of the weights, {_LICENCE_NAME}, has not been accepted: "
                f"`gcx weights get {quality.name} --accept-licence`"
            )
        with filelock.FileLock(here / f"{quality.checkpoint}.lock"):
            if not file.exists():  # another process may have been faster
                url = f"{(settings.weights_url or RELEASE).rstrip('/')}/{quality.checkpoint}"
                _download(url, file, progress or (lambda *_: None))
        return file
    except httpx.HTTPStatusError as error:
        raise WeightsError(
            f"{error.request.url} answers {error.response.status_code} "
            f"{error.response.reason_phrase}; GCX_WEIGHTS_URL names a mirror"
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise WeightsError(
            f"the download broke off: {error or type(error).__name__}. What came is kept, and "
            f"`gcx weights get {quality.name}` goes on; GCX_WEIGHTS_URL names a mirror"
        ) from None
    except OSError as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(
            f"the weights cannot be stored: {error.strerror or error}; GCX_WEIGHTS_FOLDER names "
            "another folder",
            filename=file,
        ) from None


def _settings(given: Settings | None) -> Settings:
    """What was given, or the user's settings."""
    if given is not None:
        return given
    from gcx_format.settings import load_settings

    return load_settings()


# --- downloading -------------------------------------------------------------------------


def _download(url: str, file: Path, progress: Progress) -> None:
    import httpx

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
    pin = _read_lock(file.parent)["checkpoints"].get(file.name)
    if pin and found != pin["sha256"]:
        part.unlink()
        raise WeightsError(
            f"{url} is not the checkpoint that was pinned: its SHA-256 is {found}, and that was "
            f"{pin['sha256']}. If the new one is right, delete {_LOCK} beside it",
            filename=file,
        )
    with part.open("rb") as start:
        if start.read(2) != b"PK":  # what torch.save writes is a ZIP file
            part.unlink()
            raise WeightsError(f"{url} is no checkpoint; GCX_WEIGHTS_URL names a mirror")
    part.replace(file)
    _pin(file, found)


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


# --- the lock ----------------------------------------------------------------------------


def _entry(here: Path, quality: Quality, pin: dict[str, Any] | None) -> Entry:
    file = here / quality.checkpoint
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
    return Entry(quality, file, state, size, pin["sha256"] if pin else None)


def _pin(file: Path, sha256: str) -> None:
    status = file.stat()
    with _lock(file.parent) as lock:
        lock["checkpoints"][file.name] = {
            "size": status.st_size,
            "sha256": sha256,
            "mtime_ns": status.st_mtime_ns,
        }


def _read_lock(here: Path) -> dict[str, Any]:
    try:
        content = json.loads((here / _LOCK).read_bytes())
        checkpoints = {
            str(name): {
                "size": int(pin["size"]),
                "sha256": str(pin["sha256"]),
                "mtime_ns": int(pin["mtime_ns"]),
            }
            for name, pin in content["checkpoints"].items()
        }
        return {"licence": content["licence"], "checkpoints": checkpoints}
    except FileNotFoundError:
        return {"licence": None, "checkpoints": {}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WeightsError(
            f"it cannot be read: {error}. Delete it to have the weights pinned anew",
            filename=here / _LOCK,
        ) from None


@contextlib.contextmanager
def _lock(here: Path) -> Iterator[dict[str, Any]]:
    """The content of the lock, to be changed; written when this ends, whole or not at all."""
    import filelock

    with filelock.FileLock(here / f"{_LOCK}.lock"):
        content = _read_lock(here)
        yield content
        new = here / f".{_LOCK}.{os.getpid()}"
        new.write_text(json.dumps(content, indent=2) + "\n")
        new.replace(here / _LOCK)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
