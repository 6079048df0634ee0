"""Registration with the desktops that follow freedesktop.org: Linux and the BSDs.

What is written lies under XDG_DATA_HOME, for this user alone: the media type, the desktop entry,
what software centres show, the icons and the thumbnailer. `mimeapps.list` names the viewer as the
default program for `.gcx`, and for nothing else.

GNOME's Files runs thumbnailers in a sandbox that has the system's folders and not the user's;
there, thumbnails need a gcx that is installed for the system.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from gcx_format import files
from gcx_format.errors import OutputError
from gcx_viewer import icons
from gcx_viewer.desktop import mimeapps, programs
from gcx_viewer.desktop.identity import APPLICATION_ID, MEDIA_TYPE

__all__ = ["ENTRY", "exec_value", "install", "string_value", "uninstall"]

ENTRY: Final = f"{APPLICATION_ID}.desktop"
"""The desktop entry, as other files name it."""

Tell = Callable[[str], object]

_SOURCES: Final = Path(__file__).parent / "data"
_TOOL_SECONDS: Final = 60.0


def install(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.install` says."""
    written = []
    for path, data in _contents():
        files.write_atomically(path, data, overwrite=True)
        written.append(path)
    _refresh(tell)
    mimeapps.set_default(_mimeapps(), MEDIA_TYPE, ENTRY)
    command = Path(programs.gcx()[0])
    if shutil.which("bwrap") and not command.is_relative_to("/usr"):
        tell(
            f"GNOME's Files cannot make thumbnails with {command}: its sandbox has no access to "
            "programs outside /usr. Other file managers can"
        )
    return written


def uninstall(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.uninstall` says."""
    removed = _remove(path for path, _ in _contents())
    for path in (_mimeapps(), _applications() / "mimeapps.list"):
        mimeapps.forget(path, ENTRY)
    if removed:
        _refresh(tell)
        for path in removed:
            _remove_empty(path.parent)
    return removed


# Where everything is


def _folder(variable: str, default: str) -> Path:
    """A base folder; as the standard has it, a path that is not absolute counts for nothing."""
    named = os.environ.get(variable, "")
    return Path(named) if named.startswith("/") else Path.home() / default


def _data() -> Path:
    return _folder("XDG_DATA_HOME", ".local/share")


def _applications() -> Path:
    return _data() / "applications"


def _mimeapps() -> Path:
    return _folder("XDG_CONFIG_HOME", ".config") / "mimeapps.list"


# What is written


def _contents() -> Iterator[tuple[Path, bytes]]:
    """Every file under the folder of data, and what is in it."""
    data = _data()
    yield data / "mime/packages/gcx.xml", _source("gcx.xml")
    yield _applications() / ENTRY, _desktop_entry()
    metainfo = f"{APPLICATION_ID}.metainfo.xml"
    yield data / "metainfo" / metainfo, _source(metainfo)
    yield data / "thumbnailers/gcx.thumbnailer", _thumbnailer()
    hicolor = data / "icons/hicolor"
    for name, context in ((icons.APPLICATION, "apps"), (icons.FILE_TYPE, "mimetypes")):
        for size in icons.SIZES:
            yield (
                hicolor / f"{size}x{size}" / context / f"{name}.png",
                icons.png(name, size).read_bytes(),
            )
        yield hicolor / "scalable" / context / f"{name}.svg", icons.svg(name).read_bytes()
    symbolic = icons.svg(icons.SYMBOLIC)
    yield hicolor / "symbolic/apps" / symbolic.name, symbolic.read_bytes()


def _source(name: str) -> bytes:
    return (_SOURCES / name).read_bytes()


def _desktop_entry() -> bytes:
    command = programs.gcx_viewer()
    text = _source(ENTRY).decode()
    text = text.replace("@VIEWER@", exec_value(command))
    return os.fsencode(text.replace("@VIEWER_PROGRAM@", string_value(command[0])))


def _thumbnailer() -> bytes:
    """Desktops take its command apart as a shell would, not as that of a desktop entry."""
    command = programs.gcx()
    words = " ".join(shlex.quote(word).replace("%", "%%") for word in command)
    text = _source("gcx.thumbnailer").decode()
    text = text.replace("@GCX@", string_value(words))
    return os.fsencode(text.replace("@GCX_PROGRAM@", string_value(command[0])))


def exec_value(command: list[str]) -> str:
    """A command as the value of `Exec` in a desktop entry.

    Raises:
        OutputError: a word has a line break in it, which no desktop entry can have.
    """
    words = []
    for word in command:
        word = word.replace("%", "%%")
        if not re.fullmatch(r"[\w/.,:=@%+-]+", word):
            word = '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'
        words.append(string_value(word))
    return " ".join(words)


def string_value(text: str) -> str:
    """A text as a value of a desktop entry.

    Raises:
        OutputError: it has a line break in it; programs with such a name cannot be registered.
    """
    if "\n" in text or "\r" in text:
        raise OutputError(
            "desktops cannot start a program whose path has a line break in it; "
            "install gcx in another folder"
        )
    return text.replace("\\", "\\\\")


# The desktop's indexes


def _refresh(tell: Tell) -> None:
    """Have the desktop's own tools read what lies there now."""
    _tool(tell, "media types", "update-mime-database", _data() / "mime")
    _tool(tell, "programs", "update-desktop-database", _applications())
    theme = _data() / "icons/hicolor"
    if (theme / "icon-theme.cache").exists():
        # Only where there is one: a cache that nobody keeps fresh would hide later icons.
        _tool(tell, "icons", "gtk-update-icon-cache", "--force", "--ignore-theme-index", theme)
    else:
        with contextlib.suppress(OSError):
            os.utime(theme)  # a sign that it changed


def _tool(tell: Tell, index: str, program: str, *arguments: str | Path) -> None:
    """Run one of them; what it cannot do is told and no failure."""
    if not Path(arguments[-1]).is_dir():
        return
    if shutil.which(program) is None:
        tell(f"{program} is not installed, so the desktop may learn of its {index} later only")
        return
    went_well, output = _run(program, *map(str, arguments))
    if not went_well:
        tell(f"{program} could not refresh the index of {index}: {output or 'it gave no reason'}")


def _run(program: str, *arguments: str) -> tuple[bool, str]:
    """Whether a program went well, and the last line of what it printed."""
    try:
        result = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | {"LC_ALL": "C"},
            timeout=_TOOL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    output = os.fsdecode(result.stdout if result.returncode == 0 else result.stderr)
    lines = [line.strip() for line in output.split("\n") if line.strip()]
    return result.returncode == 0, lines[-1] if lines else ""


def _remove_empty(folder: Path) -> None:
    """Remove folders that nothing is left in, below the folder of data."""
    while folder != _data() and folder.is_relative_to(_data()):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _remove(paths: Iterable[Path]) -> list[Path]:
    """Remove those of some files that are there; returns them."""
    removed = []
    for path in paths:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutputError(f"it cannot be removed: {error.strerror}", filename=path) from None
        removed.append(path)
    return removed
