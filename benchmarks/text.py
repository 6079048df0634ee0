"""What words cost, in bytes and milliseconds, by text coding and number of words.

    python benchmarks/text.py FILE… [--words 15 30 60 120]

Each line of the files is a description, which is cut after each of those numbers of words. Bytes
are means over all texts, with their ratio to zlib's in parentheses. Milliseconds are means in a
warm process. The dictionary for deflate is the project's own benchmarks/text_model/scenes.txt.
Brotli and zstandard are included if they are installed.
"""

from __future__ import annotations

import argparse
import importlib
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gcx_format.text.model import Model, table

SCENES = Path(__file__).parent / "text_model" / "scenes.txt"


def deflated(dictionary: bytes) -> Callable[[bytes], bytes]:
    """Raw deflate with a preset dictionary."""

    def encode(data: bytes) -> bytes:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=dictionary)
        return deflater.compress(data) + deflater.flush()

    return encode


def codings() -> dict[str, Callable[[bytes], bytes]]:
    """The encoders that are available, by name."""
    dictionary = SCENES.read_bytes()[-32768:]
    found: dict[str, Callable[[bytes], bytes]] = {
        "zlib level 9": lambda data: zlib.compress(data, 9),
        "deflate, dictionary of 32 KB": deflated(dictionary),
    }
    for name, encode in (
        ("brotli", lambda module, data: module.compress(data, quality=11)),
        ("zstandard", lambda module, data: module.ZstdCompressor(level=19).compress(data)),
    ):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        found[name] = lambda data, encode=encode, module=module: encode(module, data)  # type: ignore[misc]
    return found | {"model": lambda data: Model().encode(data) or data}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", help="text files, one description per line")
    parser.add_argument(
        "--words",
        type=int,
        nargs="+",
        default=[15, 30, 60, 120],
        metavar="N",
        help="numbers of words to cut after (default: 15 30 60 120)",
    )
    arguments = parser.parse_args()
    start = time.perf_counter()
    table.load(1)
    loading = 1000 * (time.perf_counter() - start)
    console = Console()
    for path in arguments.files:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        result = Table(title=f"{path.name}, {len(lines)} texts")
        for column in ("coding", *(f"{words} words" for words in arguments.words), "encode, ms"):
            result.add_column(column, justify="left" if column == "coding" else "right")
        texts = {
            words: [" ".join(line.split()[:words]).encode() for line in lines]
            for words in arguments.words
        }
        zlib_bytes = {
            words: sum(len(zlib.compress(data, 9)) for data in each)
            for words, each in texts.items()
        }
        for name, encode in codings().items():
            cells, milliseconds = [], []
            for words, each in texts.items():
                start = time.perf_counter()
                size = sum(len(encode(data)) for data in each)
                milliseconds.append(1000 * (time.perf_counter() - start) / len(each))
                cells.append(f"{size / len(each):.1f} ({size / zlib_bytes[words]:.3f})")
            result.add_row(name, *cells, " ".join(f"{each:.2f}" for each in milliseconds))
        console.print(result, decoding(texts))
    console.print(f"loading the text model's table takes {loading:.0f} ms")


def decoding(texts: dict[int, list[bytes]]) -> str:
    """How long decoding takes; exits if it does not give back the same text."""
    results = []
    for words, each in texts.items():
        payloads = [Model().encode(data) or b"" for data in each]
        start = time.perf_counter()
        decoded = [Model().decode(payload) for payload in payloads]
        results.append(f"{words}: {1000 * (time.perf_counter() - start) / len(each):.2f}")
        if decoded != each:
            raise SystemExit("the text model does not give back the text that was encoded")
    return f"model, milliseconds to decode by number of words: {', '.join(results)}"


if __name__ == "__main__":
    main()
