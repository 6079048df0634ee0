"""What is said on a blank card: why nothing of a file can be shown, and what is needed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

from gcx_format.extras import install_command

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["blank_text"]


def blank_text(picture: Picture | None) -> str:
    """What is to be said on a picture that is a blank card; of others, nothing."""
    if picture is None or picture.kind != "blank":
        return ""
    translate = QCoreApplication.translate
    match picture.info.get("reason"):
        case "decoding":
            return translate("Blank", "The visual condition of this file is being decoded…")
        case "extra":
            command = install_command(picture.info["extra"])
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs an optional part of gcx.\n\n{command}",
            ).replace("{command}", command)
        case "weights":
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs the weights of a network.\n\n{command}",
            ).replace("{command}", f"gcx weights get {picture.info['quality']}")
        case "memory":
            return translate(
                "Blank",
                "Nothing of this file can be shown here: it has no words, and its visual condition "
                "needs more memory than there is.",
            )
        case _:
            return translate(
                "Blank",
                "Nothing of this file can be shown: it has no words, and its visual condition "
                "cannot be decoded.",
            )
