"""`gcx info`: what a descriptor holds, to the byte."""

from __future__ import annotations

import io
import sys
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

_UNBOUNDED: Final = 1 << 16
"""Columns if stdout is not a terminal: long lines are not broken."""


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
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    shown = io.StringIO()
    screen = Console(file=shown, force_terminal=is_terminal, highlight=False)
    if not is_terminal:
        screen.width = _UNBOUNDED

    fields = Table.grid(padding=(0, 2))
    fields.add_column(style="dim", no_wrap=True)
    fields.add_column(overflow="fold")
    for name, value in _fields(known):
        fields.add_row(name, Text(value))

    chunks = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("offset", "size", "payload", "overhead"):
        chunks.add_column(name, justify="right")
    chunks.add_column("chunk")
    for chunk in known["chunks"]:
        numbers = (str(chunk[key]) for key in ("offset", "size", "payload", "overhead"))
        chunks.add_row(*numbers, Text(chunk["name"]))

    screen.print(Text(console.one_line(path), style="bold"))
    screen.print(Padding(fields, (0, 0, 1, 2), expand=False))
    if known["text"]:
        screen.print(Padding(Text(known["text"], style="italic"), (0, 0, 1, 2), expand=False))
    screen.print(Padding(chunks, (0, 0, 0, 2), expand=False))
    for line in shown.getvalue().splitlines():
        console.say(line.rstrip())


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
