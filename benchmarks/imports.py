"""How long imports take in fresh processes, and which heavy packages they bring in.

    python benchmarks/imports.py [--rounds 21]

Each row is a program, and every round starts each program once. The time of gcx_pillow is that of
its import alone, in a process that has already imported PIL.Image.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gcx_format import Descriptor, write
from gcx_format.codecs import code_text

HEAVY = ("numpy", "openai", "torch", "PyQt6", "pyarrow", "ray", "typer", "rich")

# Runs one statement, times another, and lists the packages of HEAVY that are imported by then.
PROBE = f"""
import json, sys, time
before, statement = sys.argv[1:3]
exec(before)
start = time.perf_counter()
exec(statement)
seconds = time.perf_counter() - start
print(json.dumps([1000 * seconds, [name for name in {HEAVY!r} if name in sys.modules]]))
"""

IMPORTS = {
    "import PIL.Image": ("", "import PIL.Image"),
    "import gcx_pillow, after PIL.Image": ("import PIL.Image", "import gcx_pillow"),
    "import gcx_format": ("", "import gcx_format"),
    "import construct": ("", "import construct"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--rounds", type=int, default=21, help="processes per program (default: %(default)s)"
    )
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        path, modelled = Path(folder, "words.gcx"), Path(folder, "model.gcx")
        words = "A red house."
        for file, coded in (
            (path, code_text(words, "zlib")),
            (modelled, code_text(words, "model")),
        ):
            write(file, Descriptor(width=768, height=512, coded_text=coded))
        processes = {
            "python -c pass, the whole process": ["-c", "pass"],
            "gcx info x.gcx, the whole process": ["-m", "gcx_format", "info", str(path)],
            "the same, words coded by the text model": ["-m", "gcx_format", "info", str(modelled)],
        }
        timed: dict[str, list[float]] = {what: [] for what in (*IMPORTS, *processes)}
        drawn_in: dict[str, list[str]] = {}
        for _ in range(rounds):
            for what, (before, statement) in IMPORTS.items():
                milliseconds, drawn_in[what] = probed(before, statement)
                timed[what].append(milliseconds)
            for what, arguments in processes.items():
                timed[what].append(run(arguments))
        for what, arguments in processes.items():
            drawn_in[what] = imported(arguments)
    result = Table(title=f"Median of {rounds} fresh processes each")
    for column in ("what", "milliseconds", "middle half", "heavy packages"):
        result.add_column(
            column, justify="left" if column in ("what", "heavy packages") else "right"
        )
    for what, each in timed.items():
        low, median, high = statistics.quantiles(each, n=4)
        names = ", ".join(drawn_in[what]) or "none"
        result.add_row(what, f"{median:.0f}", f"{low:.0f} to {high:.0f}", names)
    Console().print(result, f"packages that count as heavy: {', '.join(HEAVY)}")


def probed(before: str, statement: str) -> tuple[float, list[str]]:
    """Milliseconds for a statement after another, and the heavy packages imported by then."""
    command = [sys.executable, "-c", PROBE, before, statement]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    milliseconds, names = json.loads(answer)
    return milliseconds, names


def run(arguments: list[str]) -> float:
    """Milliseconds for a whole Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return 1000 * (time.perf_counter() - start)


def imported(arguments: list[str]) -> list[str]:
    """The heavy packages that a Python process imports."""
    command = [sys.executable, "-X", "importtime", *arguments]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    names = {line.rpartition("|")[2].strip() for line in report.splitlines()}
    return [name for name in HEAVY if name in names]


if __name__ == "__main__":
    main()
