"""`gcx info`: what a descriptor holds, to the byte."""

from __future__ import annotations

import shutil
import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import container, files
from gcx_format.cli import console, options, paths, summary
from gcx_format.report import file_report

EXAMPLES: Final = """\
Examples:
  gcx info sea.gcx
  gcx info --json sea.gcx | jq -r .text"""

_BOLD, _DIM, _ITALIC = 1, 2, 3
"""Styles of a terminal, by their numbers in its control sequences."""


def info(
    inputs: options.Descriptors,
    json: Annotated[bool, options.json_per("file")] = False,
) -> None:
    """Show what .gcx files hold, down to the byte.

    With --json the keys are: file, width, height, mode, file_bytes,
    bits_per_pixel, overhead_bytes, text, text_coding, text_bytes,
    visual_codec, visual_quality, visual_bytes, scale, condition_width,
    condition_height, original_sha256, note, encoder, unknown_chunks (type,
    bytes) and chunks (name, offset, size, payload, overhead). Missing parts are
    null. A file that cannot be read has only file and error.

    Pictures are not decoded; gcx verify does that.
    """
    search = paths.find(inputs, paths.DESCRIPTORS)
    failed = bool(search.problems)
    for path, problem in search.problems:
        console.complain_of(problem, path)
    for index, path in enumerate(file.source for file in search.files):
        try:
            data = files.read_bytes(path)
            known = file_report(container.loads(data), data)
        except Exception as error:
            failed = True
            console.complain_of(error, path)
            if json:
                console.say_json({"file": str(path), "error": console.explain(error)})
            continue
        if json:
            console.say_json({"file": str(path), **known})
        else:
            if index:
                console.say("")
            show(path, known)
    for remark in search.remarks():
        console.complain(None, remark)
    if failed:
        raise typer.Exit(1)


def show(path: Path, known: dict[str, Any]) -> None:
    """Print a file's fields and chunks, as `file_report` tells them."""
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else 0

    def styled(text: str, style: int) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if is_terminal and text else text

    def folded(text: str, indent: int) -> list[str]:
        """The lines of a text; only those of a terminal have an end."""
        lines = text.expandtabs().split("\n")
        if width <= indent + 1:
            return lines
        return [part for line in lines for part in textwrap.wrap(line, width - indent) or [""]]

    lines = [styled(console.one_line(path), _BOLD)]
    fields = _fields(known)
    longest = max(len(name) for name, _ in fields)
    for name, value in fields:
        first, *rest = folded(value, longest + 4)
        lines.append(f"  {styled(name, _DIM)}{' ' * (longest - len(name))}  {first}")
        lines += [" " * (longest + 4) + line for line in rest]
    lines.append("")
    if known["text"]:
        lines += [f"  {styled(line, _ITALIC)}" for line in folded(known["text"], 2)] + [""]
    numbers = ("offset", "size", "payload", "overhead")
    rows = [[str(chunk[key]) for key in numbers] for chunk in known["chunks"]]
    widths = [max(map(len, column)) for column in zip(numbers, *rows, strict=True)]
    for row, name in zip(
        [[*numbers], *rows], ["chunk", *(chunk["name"] for chunk in known["chunks"])], strict=True
    ):
        cells = [cell.rjust(size) for cell, size in zip(row, widths, strict=True)]
        line = "  ".join([*cells, name])
        lines.append(f"  {styled(line, _DIM) if name == 'chunk' else line}")
    console.say("\n".join(line.rstrip() for line in lines))


def _fields(known: dict[str, Any]) -> list[tuple[str, str]]:
    colours = {"RGB": "colour", "L": "grey"}[known["mode"]]
    unknown = [
        f"type {chunk['type']}, {chunk['bytes']:,} bytes" for chunk in known["unknown_chunks"]
    ]
    fields = {
        "picture": f"{known['width']} x {known['height']}, {colours}",
        "file": summary.size_line(known),
        "words": summary.words_line(known),
        "visual condition": summary.condition_line(known),
        "overhead": f"{known['overhead_bytes']} bytes",
        "original SHA-256": known["original_sha256"],
        "note": known["note"],
        "encoder": known["encoder"],
        "unknown chunks": "; ".join(unknown),
    }
    return [(name, value) for name, value in fields.items() if value]
