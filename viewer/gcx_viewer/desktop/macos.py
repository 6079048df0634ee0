"""A bundle for macOS, in the user's own `Applications`: what makes the Finder know `.gcx`.

The bundle has no program of its own: it starts the one that is installed. A file that is opened
with it arrives as an event; see `gcx_viewer.desktop.file_open`.
"""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import gcx_format
from gcx_format import files
from gcx_format.errors import OutputError
from gcx_viewer import icons
from gcx_viewer.desktop import programs
from gcx_viewer.desktop.identity import APPLICATION_ID, MEDIA_TYPE

__all__ = ["TYPE_ID", "build", "information", "install", "uninstall", "write_icon"]

TYPE_ID: Final = "org.gcx.descriptor"
"""The uniform type identifier of `.gcx` files."""

_OTHER_TYPES: Final = (
    *("public.png", "public.jpeg", "public.tiff", "public.avif", "public.webp"),
    *("com.compuserve.gif", "com.microsoft.bmp", "com.microsoft.ico"),
)
_LAUNCHER: Final = "gcx-viewer"
_REGISTER: Final = (
    "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework"
    "/Support/lsregister"
)
_ICON_SIZES: Final = (32, 64, 128, 256, 512)
_TOOL_SECONDS: Final = 60.0

Tell = Callable[[str], object]


def information() -> dict[str, Any]:
    """The bundle's `Info.plist`."""
    return {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "de"],
        "CFBundleName": "gcx Viewer",
        "CFBundleDisplayName": "gcx Viewer",
        "CFBundleIdentifier": APPLICATION_ID,
        "CFBundleExecutable": _LAUNCHER,
        "CFBundleIconFile": f"{icons.APPLICATION}.icns",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": gcx_format.__version__,
        "CFBundleVersion": gcx_format.__version__,
        "LSApplicationCategoryType": "public.app-category.photography",
        "LSMinimumSystemVersion": "12.0",
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "GCX photograph descriptor",
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": f"{icons.FILE_TYPE}.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [TYPE_ID],
            },
            {
                "CFBundleTypeName": "Image",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": list(_OTHER_TYPES),
            },
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": TYPE_ID,
                "UTTypeDescription": "GCX photograph descriptor",
                "UTTypeConformsTo": ["public.image"],
                "UTTypeIconFile": f"{icons.FILE_TYPE}.icns",
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["gcx"],
                    "public.mime-type": [MEDIA_TYPE],
                },
            }
        ],
    }


def write_icon(name: str, path: Path) -> None:
    """Write an icon in all its sizes as an `.icns` file.

    Raises:
        OutputError: it cannot be written.
    """
    from PIL import Image

    images = []
    for size in _ICON_SIZES:
        with Image.open(icons.png(name, size)) as opened:
            opened.load()
            images.append(opened.convert("RGBA"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        images[-1].save(path, "ICNS", append_images=images[:-1])
    except OSError as error:
        raise OutputError(
            f"it cannot be written: {error.strerror or error}", filename=path
        ) from None


def build(bundle: Path, command: list[str]) -> list[Path]:
    """Write a bundle that starts a command.

    Returns:
        The files that it consists of.

    Raises:
        OutputError: something cannot be written.
    """
    contents = bundle / "Contents"
    launcher = contents / "MacOS" / _LAUNCHER
    script = f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n'
    plain = {
        contents / "Info.plist": plistlib.dumps(information()),
        contents / "PkgInfo": b"APPL????",
        launcher: script.encode(),
    }
    for path, data in plain.items():
        files.write_atomically(path, data, overwrite=True)
    try:
        launcher.chmod(0o755)
    except OSError as error:
        raise OutputError(f"its mode cannot be set: {error.strerror}", filename=launcher) from None
    drawn = [
        contents / "Resources" / f"{name}.icns" for name in (icons.APPLICATION, icons.FILE_TYPE)
    ]
    for path in drawn:
        write_icon(path.stem, path)
    return [*plain, *drawn]


def install(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.install` says."""
    written = build(_bundle(), programs.gcx_viewer())
    _register(tell, "-f", str(_bundle()))
    return written


def uninstall(tell: Tell) -> list[Path]:
    """As `gcx_viewer.desktop.uninstall` says."""
    bundle = _bundle()
    if not bundle.is_dir():
        return []
    removed = sorted(path for path in bundle.rglob("*") if path.is_file())
    _register(tell, "-u", str(bundle))
    try:
        shutil.rmtree(bundle)
    except OSError as error:
        raise OutputError(f"it cannot be removed: {error.strerror}", filename=bundle) from None
    return removed


def _bundle() -> Path:
    return Path.home() / "Applications" / "gcx Viewer.app"


def _register(tell: Tell, *arguments: str) -> None:
    """Have Launch Services look at the bundle now; later it would find it on its own."""
    if sys.platform == "darwin":
        try:
            subprocess.run(
                [_REGISTER, *arguments], check=True, capture_output=True, timeout=_TOOL_SECONDS
            )
        except (OSError, subprocess.SubprocessError) as error:
            tell(f"the Finder may learn of the change later only: {error}")
