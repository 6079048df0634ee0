"""What encoding a photograph into a number of bytes costs, by stage, against another version.

    python benchmarks/encode.py FOLDER [--base CHECKOUT] [--bytes 150 290 600] [--first 12]

Encodes each photograph of the folder as it is and, enlarged, as a JPEG file of 24 megapixels. With
--base, a checkout of another version does the same, photograph by photograph in turn, so that
whatever else the machine does slows both. Counts the CPU time of one process, not the time that
passes, and compares the conditions with the thumbnails that they were made from.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import IO, Any

from PIL import Image
from rich.console import Console
from rich.table import Table

STAGES = ("open", "downscale", "code", "decode", "compare", "rest")
HERE = Path(__file__).parents[1]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def work() -> None:
    """Answer each line of standard input, a path and a number of bytes, with one of figures."""
    from gcx_format.encode import EncodeRequest, encode_as, open_photograph
    from gcx_format.visual.av1 import codec, search

    spent: dict[str, float] = defaultdict(float)
    calls: dict[str, int] = defaultdict(int)

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            start = cpu()
            try:
                return function(*args, **options)
            finally:
                spent[stage] += cpu() - start
                calls[stage] += 1

        return call

    patched: Any = search
    best: list[Any] = []
    fit = search.fit

    def keep(*args: Any, **options: Any) -> Any:
        best.append(fit(*args, **options))
        return best[-1]

    patched.fit = keep
    for stage, module, name in (
        ("downscale", patched, "downscale"),
        ("compare", patched, "psnr"),
        ("compare", patched, "ssim"),
        ("code", codec, "encode"),
        ("decode", codec, "decode"),
    ):
        setattr(module, name, timed(stage, getattr(module, name)))
    for line in sys.stdin:
        path, max_bytes = json.loads(line)
        spent.clear()
        calls.clear()
        start = cpu()
        request = EncodeRequest(visual_bytes=max_bytes)
        picture, size = timed("open", open_photograph)(path, request)
        encode_as(picture, request, size=size)
        total = cpu() - start
        spent["rest"] = total - sum(spent.values())
        choice = best.pop()
        figures = {stage: 1000 * spent[stage] for stage in STAGES}
        figures |= {"total": 1000 * total, "calls": calls["code"], "bytes": len(choice.payload)}
        print(json.dumps(figures | {"psnr": choice.psnr, "ssim": choice.ssim}), flush=True)


class Worker:
    """A process of its own for one version."""

    def __init__(self, checkout: Path) -> None:
        # Run as text, so that the folder of this file does not come before the checkout.
        code = Path(__file__).read_text() + "\nwork()\n"
        code = code.replace("__file__", repr(__file__)).replace('if __name__ == "__main__"', "if 0")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            env=os.environ | {"PYTHONPATH": str(checkout)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, path: Path, max_bytes: int) -> dict[str, float]:
        asked: IO[str] | None = self.process.stdin
        answers: IO[str] | None = self.process.stdout
        assert asked is not None
        assert answers is not None
        print(json.dumps([str(path), max_bytes]), file=asked, flush=True)
        figures: dict[str, float] = json.loads(answers.readline())
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="photographs")
    parser.add_argument("--base", type=Path, help="a checkout of another version")
    parser.add_argument("--bytes", type=int, nargs="+", default=[150, 290, 600], metavar="N")
    parser.add_argument("--first", type=int, default=12, help="photographs (default: %(default)s)")
    arguments = parser.parse_args()
    files = sorted(
        path
        for path in arguments.folder.iterdir()
        if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
    )[: arguments.first]
    if not files:
        parser.error(f"no photographs in {arguments.folder}")
    versions = {"base": arguments.base.resolve()} if arguments.base else {}
    workers = {name: Worker(path) for name, path in {**versions, "this": HERE}.items()}
    table = Table(title="CPU milliseconds a photograph, means")
    for column in ("photograph", "bytes", "version", *STAGES, "total", "calls", "used", "PSNR"):
        table.add_column(column, justify="right")
    table.add_column("SSIM", justify="right")
    with tempfile.TemporaryDirectory() as folder:
        for kind, paths in {"as it is": files, "24 MP": enlarged(files, Path(folder))}.items():
            for worker in workers.values():
                worker.ask(paths[0], 290)  # imports
            for max_bytes in arguments.bytes:
                figures: dict[str, list[dict[str, float]]] = defaultdict(list)
                for path in paths:
                    for name, worker in workers.items():
                        figures[name].append(worker.ask(path, max_bytes))
                for name, each in figures.items():
                    mid = {key: mean(one[key] for one in each) for key in each[0]}
                    table.add_row(
                        kind,
                        str(max_bytes),
                        name,
                        *(f"{mid[stage]:.0f}" for stage in (*STAGES, "total")),
                        *(f"{mid['calls']:.1f}", f"{mid['bytes']:.1f}"),
                        *(f"{mid['psnr']:.2f}", f"{mid['ssim']:.4f}"),
                    )
    Console(width=150).print(table)


def enlarged(files: list[Path], folder: Path) -> list[Path]:
    """Every third photograph, at 24 megapixels."""
    paths = []
    for path in files[::3]:
        with Image.open(path) as image:
            side = (24e6 / (image.width * image.height)) ** 0.5
            size = round(image.width * side), round(image.height * side)
            paths.append(folder / f"{path.stem}.jpg")
            image.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(paths[-1], quality=90)
    return paths


if __name__ == "__main__":
    main()
