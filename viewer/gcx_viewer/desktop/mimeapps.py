"""The user's `mimeapps.list`: which program opens which type by default.

Only the lines for .gcx change; all others stay, comments included. The file is
edited here and not by `xdg-mime default`, because nothing takes back what that does.
The rules are those of the freedesktop.org standard for MIME application associations.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gcx_format import files
from gcx_format.errors import OutputError

__all__ = ["forget", "set_default"]

_DEFAULTS: Final = "[Default Applications]"
_MOST_BYTES: Final = 10_000_000


def set_default(path: Path, type: str, entry: str) -> bool:
    """Have a program open a type; those that did so until now come after it.

    Returns:
        Whether the list had to be changed.

    Raises:
        OutputError: it cannot be written.
    """
    lines = _lines(path)
    group, end = "", None
    for at, line in enumerate(lines):
        if line.startswith("["):
            group = line.strip()
        if group != _DEFAULTS:
            continue
        if _key(line) == type:
            others = [other for other in _entries(line) if other != entry]
            lines[at] = _line(type, [entry, *others])
            return _write(path, lines, before=line, after=lines[at])
        if line.strip():
            end = at + 1
    if end is None:
        if lines and lines[-1].strip():
            lines.append("")
        lines += [_DEFAULTS, _line(type, [entry])]
    else:
        lines.insert(end, _line(type, [entry]))
    return _write(path, lines)


def forget(path: Path, entry: str) -> bool:
    """Take a program out of the list.

    Returns:
        Whether the list had to be changed; it is removed where nothing is left in it.

    Raises:
        OutputError: it cannot be written.
    """
    lines, kept = _lines(path), []
    for line in lines:
        key, entries = _key(line), _entries(line)
        if key and entry in entries:
            others = [other for other in entries if other != entry]
            if others:
                kept.append(_line(key, others))
        else:
            kept.append(line)
    if kept == lines:
        return False
    if any(line.strip() and not line.startswith("[") for line in kept):
        return _write(path, kept)
    try:
        path.unlink()
    except OSError as error:
        raise OutputError(f"it cannot be removed: {error.strerror}", filename=path) from None
    return True


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise OutputError(f"it cannot be read: {error.strerror}", filename=path) from None
    if len(data) > _MOST_BYTES:
        raise OutputError("far too large for such a file; left alone", filename=path)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return lines if lines[-1] else lines[:-1]


def _write(path: Path, lines: list[str], before: str = "", after: str | None = None) -> bool:
    if before == after:
        return False
    text = "".join(f"{line}\n" for line in lines)
    files.write_atomically(path, text.encode("utf-8", "surrogateescape"), overwrite=True)
    return True


def _key(line: str) -> str:
    return "" if line.startswith(("[", "#")) or "=" not in line else line.partition("=")[0].strip()


def _entries(line: str) -> list[str]:
    return [entry.strip() for entry in line.partition("=")[2].split(";") if entry.strip()]


def _line(type: str, entries: list[str]) -> str:
    return f"{type}={';'.join(entries)};"
