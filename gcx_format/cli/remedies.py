"""What to do about an error, in the terms of the command line."""

from __future__ import annotations

from typing import Final

_FILE: Final = "the file that `gcx config --path` prints"

IN_THE_TERMINAL: Final[dict[str, str]] = {
    "set key": f"set the environment variable OPENAI_API_KEY, or openai_api_key in {_FILE}",
    "check key": "check OPENAI_API_KEY; `gcx config` shows where the key comes from",
    "change policy": "--policy changes it",
    "raise limit": f"to allow more, set {{setting}} in {_FILE}, or the environment variable "
    "{variable}",
    "change model": "change {setting} ({variable}); `gcx doctor` lists the server's models",
    "use preview": "the preview needs no model: --generator preview",
    "use words": "--words-alone generates from the words alone",
    "write words": "write the words yourself (--text), or ask another model (--model)",
    "get weights": "`gcx weights get {names}` downloads them",
    "replace pin": "if it is right, `gcx weights get {names} --replace-pin` takes it",
    "accept licence": "`gcx weights get {names} --accept-licence` accepts it",
    "reinstall Pillow": "install Pillow from PyPI (pip install --force-reinstall pillow)",
    "salvage": "`gcx encode --salvage` encodes what is left of it",
    "fewer at once": "free some, or take fewer pictures at a time (--jobs)",
    "other output": "name another file or folder with -o",
    "overwrite": "--force overwrites it",
    "raise max_pixels": "--max-pixels allows more, and `gcx thumbnail` makes a smaller picture",
}
"""The remedies that read differently on the command line than in Python."""
