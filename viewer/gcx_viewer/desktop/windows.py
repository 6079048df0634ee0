"""Registration with Windows, for this user alone: keys under HKEY_CURRENT_USER.

`.gcx` files open with the viewer as long as the user has chosen no other program, and it is
offered for the other formats that it reads. The icons are written beside, as `.ico` files.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from gcx_format.errors import OutputError
from gcx_viewer import icons
from gcx_viewer.desktop import programs
from gcx_viewer.desktop.identity import APPLICATION_ID, MEDIA_TYPE
from gcx_viewer.desktop.removing import remove

__all__ = ["PROGRAM_ID", "Value", "emptied", "install", "uninstall", "values", "write_icon"]

PROGRAM_ID: Final = "gcx.image.1"
"""What Windows calls the file type."""

_CLASSES: Final = r"Software\Classes"
_PROGRAM: Final = rf"Software\{APPLICATION_ID}"
_OTHER_SUFFIXES: Final = (
    *(".avif", ".bmp", ".gif", ".ico", ".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".ppm"),
    *(".qoi", ".tga", ".tif", ".tiff", ".webp"),
)
_ICON_SIZES: Final = tuple(size for size in icons.SIZES if size <= 256)
_ASSOCIATIONS_CHANGED: Final = 0x08000000  # SHCNE_ASSOCCHANGED

Tell = Callable[[str], object]


class Value(NamedTuple):
    """A value in the registry, under HKEY_CURRENT_USER.

    Attributes:
        key: where it is.
        name: "" for the key's own value.
        value: a text; None where only the name counts.
        own: whether the key is ours alone, so that its values are, whatever they say.
    """

    key: str
    name: str
    value: str | None
    own: bool


def values(command: list[str], icon_folder: str) -> list[Value]:
    """All that the registry is told.

    Args:
        command: starts the viewer.
        icon_folder: has the icons.
    """
    type = rf"{_CLASSES}\{PROGRAM_ID}"
    application = rf"{_CLASSES}\Applications\gcx-viewer.exe"
    capabilities = rf"{_PROGRAM}\Capabilities"
    start = f'{subprocess.list2cmdline(command)} "%1"'
    program_icon = rf"{icon_folder}\{icons.APPLICATION}.ico"
    file_icon = rf"{icon_folder}\{icons.FILE_TYPE}.ico"
    told = [
        Value(type, "", "GCX photograph descriptor", True),
        Value(type, "AppUserModelID", APPLICATION_ID, True),
        Value(rf"{type}\DefaultIcon", "", file_icon, True),
        Value(rf"{type}\shell\open", "FriendlyAppName", "gcx Viewer", True),
        Value(rf"{type}\shell\open\command", "", start, True),
        Value(application, "FriendlyAppName", "gcx Viewer", True),
        Value(rf"{application}\DefaultIcon", "", program_icon, True),
        Value(rf"{application}\shell\open\command", "", start, True),
        Value(rf"{application}\SupportedTypes", ".gcx", "", True),
        Value(capabilities, "ApplicationName", "gcx Viewer", True),
        Value(capabilities, "ApplicationIcon", program_icon, True),
        Value(
            capabilities,
            "ApplicationDescription",
            "View pictures, also those that do not exist yet",
            True,
        ),
        Value(rf"{capabilities}\FileAssociations", ".gcx", PROGRAM_ID, True),
        Value(r"Software\RegisteredApplications", APPLICATION_ID, capabilities, False),
        Value(rf"{_CLASSES}\.gcx", "", PROGRAM_ID, False),
        Value(rf"{_CLASSES}\.gcx", "Content Type", MEDIA_TYPE, False),
        Value(rf"{_CLASSES}\.gcx", "PerceivedType", "image", False),
        Value(rf"{_CLASSES}\.gcx\OpenWithProgids", PROGRAM_ID, None, False),
    ]
    # Offered for the other formats among others, and not instead of them.
    types = rf"{application}\SupportedTypes"
    return told + [Value(types, suffix, "", True) for suffix in _OTHER_SUFFIXES]


def write_icon(name: str, path: Path) -> None:
    """Write an icon in all its sizes as an `.ico` file.

    Raises:
        OutputError: it cannot be written.
    """
    from PIL import Image

    sizes = sorted(_ICON_SIZES, reverse=True)
    images = []
    for size in sizes:
        with Image.open(icons.png(name, size)) as opened:
            opened.load()
            images.append(opened.convert("RGBA"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        images[0].save(
            path, "ICO", sizes=[(size, size) for size in sizes], append_images=images[1:]
        )
    except OSError as error:
        raise OutputError(
            f"it cannot be written: {error.strerror or error}", filename=path
        ) from None


def install(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.install` says."""
    written = []
    for path in _icon_paths():
        write_icon(path.stem, path)
        written.append(path)
    _apply(values(programs.gcx_viewer(), str(_icon_folder())))
    return written


def uninstall(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.uninstall` says."""
    _take_back(values(programs.gcx_viewer(), str(_icon_folder())))
    return remove(_icon_paths())


def _icon_folder() -> Path:
    local = os.environ.get("LOCALAPPDATA")
    return Path(local or Path.home() / "AppData/Local") / "gcx" / "icons"


def _icon_paths() -> Iterator[Path]:
    for name in (icons.APPLICATION, icons.FILE_TYPE):
        yield _icon_folder() / f"{name}.ico"


def _apply(told: list[Value]) -> None:
    if sys.platform == "win32":
        import winreg

        try:
            for key, name, value, _ in told:
                with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key) as opened:
                    kind = winreg.REG_NONE if value is None else winreg.REG_SZ
                    winreg.SetValueEx(opened, name, 0, kind, value)
        except OSError as error:
            raise OutputError(f"the registry cannot be changed: {error.strerror}") from None
        _announce()


def _take_back(told: list[Value]) -> None:
    """Remove what `_apply` wrote, and nothing that another program has put in its place."""
    if sys.platform == "win32":
        import winreg

        for key, name, value, own in reversed(told):
            try:
                with winreg.OpenKeyEx(
                    winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_READ | winreg.KEY_WRITE
                ) as opened:
                    present, _ = winreg.QueryValueEx(opened, name)
                    if own or value is None or present == value:
                        winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                pass
            except OSError as error:
                raise OutputError(f"the registry cannot be changed: {error.strerror}") from None
        for key in emptied(told):
            try:
                with winreg.OpenKeyEx(winreg.HKEY_CURRENT_USER, key) as opened:
                    subkeys, entries, _ = winreg.QueryInfoKey(opened)
                if not subkeys and not entries:
                    winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise OutputError(f"the registry cannot be changed: {error.strerror}") from None
        _announce()


def emptied(told: list[Value]) -> list[str]:
    """The keys that may be removed once they are empty, the deepest first."""
    keys = set()
    shared = {_CLASSES, rf"{_CLASSES}\Applications", r"Software\RegisteredApplications", "Software"}
    for value in told:
        key = value.key
        while key and key not in shared:
            keys.add(key)
            key = key.rpartition("\\")[0]
    return sorted(keys, key=lambda key: (-key.count("\\"), key))


def _announce() -> None:
    """Have the shell read the associations and icons again."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SHChangeNotify(_ASSOCIATIONS_CHANGED, 0, None, None)
