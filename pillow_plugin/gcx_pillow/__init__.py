"""Pillow opens and saves `.gcx`, once this has been imported.

    import gcx_pillow
    from PIL import Image

    with Image.open("sea.gcx") as image:
        print(image.size, image.info["gcx"]["text"])
        image.save("sea.png")

Importing registers the format; `register_gcx_opener` does it by name, for code that would
rather call something. What a file holds and how it becomes pixels is the subject of
`gcx_format`; here it only meets Pillow's habits.
"""

from __future__ import annotations

from typing import Any

from PIL import Image

from gcx_pillow.image_file import FORMAT, GcxImageFile, accept
from gcx_pillow.info import GcxInfo
from gcx_pillow.options import set_options
from gcx_pillow.saving import save_handler

__all__ = ["GcxImageFile", "GcxInfo", "register_gcx_opener"]


def register_gcx_opener(**options: Any) -> None:
    """Make Pillow know `.gcx`: its files, its extension and its media type.

    Importing `gcx_pillow` has done so already, and calling this again does no harm. Options
    decide, for the whole program, how pixels are made when a `.gcx` is loaded.

    Args:
        **options: settings by the names of `gcx config`, such as `generator="preview"` or
            `policy="cached-only"`. They take precedence over the user's settings until another
            call changes them; None gives a setting back to the user. Those that a call leaves
            out keep their values.

    Raises:
        SettingsError: an option is unknown or has an invalid value; then nothing is changed.
    """
    set_options(options)
    Image.register_open(FORMAT, GcxImageFile, accept)
    Image.register_save(FORMAT, save_handler)
    Image.register_extension(FORMAT, ".gcx")
    Image.register_mime(FORMAT, "image/x-gcx")


register_gcx_opener()
