"""Brings the translations up to date with the source.

    python -m gcx_viewer.translations.refresh

It collects the strings with PyQt's `pylupdate6`, keeps what is translated, drops what is no
longer there, says what is missing, and makes the `.qm` files with Qt's `lrelease`, on Debian in
the package qt6-l10n-tools. Only who changes a string of the program or a translation has to run
it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Final

from gcx_viewer.translations import LANGUAGES

__all__ = ["collect", "main", "release", "unfinished"]

FOLDER: Final = Path(__file__).parent
_SOURCE: Final = FOLDER.parent
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
_FORMS: Final = 2
"""How many plural forms both languages have."""


def collect(language: str) -> str:
    """A language's `.ts` file as it should be now: all strings of the source, and no others."""
    program = _find("pylupdate6")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "strings.ts")
        kept = FOLDER / f"gcx_viewer_{language}.ts"
        if kept.is_file():
            shutil.copyfile(kept, path)
        subprocess.run(
            [program, "--no-obsolete", "--no-summary", "--ts", str(path), str(_SOURCE)],
            check=True,
        )
        root = ElementTree.parse(path).getroot()
    root.set("language", language)
    for context in root.findall("context"):
        for message in context.findall("message"):
            _tidy(message, language)
            if language == LANGUAGES[0] and message.get("numerus") != "yes":
                context.remove(message)
        if context.find("message") is None:
            root.remove(context)
    ElementTree.indent(root, " ")
    return _HEAD + ElementTree.tostring(root, encoding="unicode") + "\n"


def _tidy(message: ElementTree.Element, language: str) -> None:
    """Leave out the lines of the source, which always change, and have all plural forms there."""
    for location in message.findall("location"):
        message.remove(location)
    translation = message.find("translation")
    if translation is None or message.get("numerus") != "yes":
        return
    forms = translation.findall("numerusform")
    for _ in range(_FORMS - len(forms)):
        forms.append(ElementTree.SubElement(translation, "numerusform"))
    if language == LANGUAGES[0] and not any(form.text for form in forms):
        # "%n file(s)" is English already, but for the brackets.
        source = message.findtext("source", "")
        for form, ending in zip(forms, ("", r"\1"), strict=True):
            form.text = re.sub(r"\((e?s)\)", ending, source)
        translation.attrib.pop("type", None)


def unfinished(ts: str) -> list[str]:
    """The strings of a `.ts` file that have no translation yet."""
    missing = []
    for context in ElementTree.fromstring(ts).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            texts = [form.text for form in translation.findall("numerusform")]
            if translation.get("type") or not all(texts or [translation.text]):
                missing.append(f"{context.findtext('name')}: {message.findtext('source')}")
    return missing


def release(language: str) -> None:
    """Make a language's `.qm` file from its `.ts` file."""
    path = FOLDER / f"gcx_viewer_{language}.ts"
    command = [_find("lrelease"), "-silent", str(path), "-qm", str(path.with_suffix(".qm"))]
    subprocess.run(command, check=True)


def main() -> int:
    """Refresh all languages; not all of it translated is a failure."""
    complete = True
    for language in LANGUAGES:
        ts = collect(language)
        (FOLDER / f"gcx_viewer_{language}.ts").write_text(ts, encoding="utf-8")
        release(language)
        for message in unfinished(ts):
            complete = False
            print(f"{language}, not translated: {message}", file=sys.stderr)
    return 0 if complete else 1


def _find(program: str) -> str:
    """One of the tools, beside this Python, on the search path or where Debian has Qt's."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/lib/qt6/bin"]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        raise FileNotFoundError(f"{program} is needed, and not installed")
    return found


if __name__ == "__main__":
    sys.exit(main())
