"""What gcx adds to the time a model takes: one decode, 32 at once, and loads from the cache.

    python benchmarks/generation.py [--count 10] [--at-once 32] [--seconds 2]

The model is the tests' server, in a process of its own. Over real HTTP on this machine, it answers
requests on either route with a photograph as PNG after a set delay. The server measures its own
time, which is subtracted. Needs `pip install -e '.[test]'` and no network.

One decode is everything that `gcx_format.decode` does: decoding and sending the visual condition,
connecting, reading the answer, checking it, comparing it with the condition, caching it, and
decoding its pixels. A cached load is `Image.open(path).load()` after the server has gone. It is
compared with decoding the same picture as a PNG written by Pillow, and with decoding the cached
file. The goal is at most twice the time of that PNG where no scaling is needed.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.extras import needing
from gcx_format import Descriptor, decode, encode, write
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.codecs import code_text
from gcx_format.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
PHOTOGRAPH = ROOT / "samples" / "coffee.jpg"
WORDS = "A white cup of espresso on a saucer, a steel spoon, a dark wooden table, photo {}."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--count", type=int, default=10, help="single decodes of each kind (default: %(default)s)"
    )
    parser.add_argument(
        "--at-once", type=int, default=32, help="simultaneous decodes (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=2.0,
        help="server delay for simultaneous decodes (default: %(default)s)",
    )
    options = parser.parse_args()
    with needing("test"):
        import jsonschema  # noqa: F401  (the tests' server needs it)
        import openai  # noqa: F401

    console = Console()
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "GCX_")):
            del os.environ[name]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(there,))
    process.start()
    with tempfile.TemporaryDirectory() as folder:
        try:
            url, key = here.recv()
            set_up(url, key, Path(folder))
            console.print(one_by_one(here, options.count))
            console.print(at_once(here, options.at_once, options.seconds))
            kept = fill_cache(here)
        finally:
            here.send(None)
            process.join()
        console.print(cached(kept, Path(folder), options.count))


# The server, in a process of its own


def serve(pipe: Connection) -> None:
    """Serve until None arrives; a number sets the delay and is answered with the times so far."""
    sys.path.insert(0, str(ROOT / "tests"))
    from openai_server import OpenAIServer

    with OpenAIServer() as server:
        server.rewrite = photograph
        pipe.send((server.base_url, server.key))
        while (delay := pipe.recv()) is not None:
            server.delay = delay
            pipe.send([got.seconds for got in server.requests])
            server.requests.clear()


def photograph(drawn: Image.Image) -> bytes:
    """A photograph in place of the drawn picture, which is smooth and would decode too quickly."""
    return _photograph(drawn.size)


@cache
def _photograph(size: tuple[int, int]) -> bytes:
    file = io.BytesIO()
    with Image.open(PHOTOGRAPH) as opened:
        opened.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def set_up(url: str, key: str, folder: Path) -> None:
    """The environment of a user with a key and generous spending limits."""
    os.environ |= {
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": key,
        "GCX_CONFIG": str(folder / "config.toml"),
        "GCX_CACHE_FOLDER": str(folder / "cache"),
        "GCX_STATE_FOLDER": str(folder / "state"),
        "GCX_DAILY_LIMIT_USD": "100000",
        "GCX_CALL_LIMIT_USD": "1000",
    }


# Descriptors


def descriptor_of(size: tuple[int, int], *, visual_bytes: int | None = 290) -> Descriptor:
    with Image.open(PHOTOGRAPH) as opened:
        picture = opened.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    made = encode(picture, text=WORDS.format(0), visual_bytes=290)
    return made if visual_bytes else replace(made, visual=None)


def different(descriptor: Descriptor, count: int, what: str) -> list[Descriptor]:
    """Copies with different words, so that none of them is in the cache."""
    return [
        replace(descriptor, coded_text=code_text(WORDS.format(f"{what} {number}")))
        for number in range(count)
    ]


def one_by_one(pipe: Connection, count: int) -> Table:
    table = Table(title=f"Single decodes, median of {count}, in milliseconds")
    for column in ("route", "descriptor", "picture", "total", "server", "overhead", "CPU"):
        left = column in {"route", "descriptor"}
        table.add_column(column, justify="left" if left else "right")
    table.caption = "both: words and a visual condition; CPU: mean CPU time of this process"
    for route in ("responses", "images"):
        for kind, size, visual_bytes in (
            ("both", (1536, 1024), 290),
            ("both", (1024, 1024), 290),
            ("words", (1024, 1024), None),
        ):
            settings = load_settings(route=route)
            descriptor = descriptor_of(size, visual_bytes=visual_bytes)
            first, *rest = different(descriptor, count + 1, f"{route} {kind} {size}")
            decode(first, generator="openai", settings=settings)  # late imports happen here
            ask(pipe, 0.5)
            cpu = time.process_time()
            whole = [seconds(partial(generate, one, settings)) for one in rest]
            cpu = (time.process_time() - cpu) / count
            served = ask(pipe, 0)
            over = [a - b for a, b in zip(whole, served, strict=True)]
            times = (*map(statistics.median, (whole, served, over)), cpu)
            milliseconds = (f"{time * 1000:,.0f}" for time in times)
            table.add_row(route, kind, f"{size[0]} x {size[1]}", *milliseconds)
    return table


def at_once(pipe: Connection, count: int, delay: float) -> Table:
    table = Table(title=f"{count} decodes at once, {delay:g} s each at the server, in seconds")
    for column in ("route", "total", "server", "overhead", "CPU", "one after another"):
        table.add_column(column, justify="left" if column == "route" else "right")
    table.caption = (
        f"server: the longest of the {count} requests; CPU: CPU time of this process, on "
        f"{os.cpu_count()} processors"
    )
    descriptor = descriptor_of((1024, 1024))
    for route in ("responses", "images"):
        settings = load_settings(route=route)
        descriptors = different(descriptor, count, f"at once {route}")
        ask(pipe, delay)
        with ThreadPoolExecutor(count) as pool:
            cpu, began = time.process_time(), time.perf_counter()
            list(pool.map(generate, descriptors, [settings] * count))
            whole, cpu = time.perf_counter() - began, time.process_time() - cpu
        served = ask(pipe, 0)
        longest = max(served)
        times = (whole, longest, whole - longest, cpu, sum(served))
        table.add_row(route, *(f"{time:.2f}" for time in times))
    return table


def generate(descriptor: Descriptor, settings: Settings) -> None:
    made = decode(descriptor, generator="openai", settings=settings)
    if made.cached:
        raise AssertionError("the picture was in the cache")


def ask(pipe: Connection, delay: float) -> list[float]:
    """Set the server's delay and return the times that it took for the requests so far."""
    pipe.send(delay)
    times: list[float] = pipe.recv()
    return times


# The cache


SIZES = ((1024, 1024), (1536, 1024), (3072, 2048), (768, 512))


def fill_cache(pipe: Connection) -> list[Descriptor]:
    ask(pipe, 0)
    kept = [descriptor_of(size) for size in SIZES]
    for descriptor in kept:
        decode(descriptor, generator="openai")
    return kept


def cached(kept: list[Descriptor], folder: Path, count: int) -> Table:
    import gcx_pillow  # noqa: F401  (importing it registers the format)

    settings = load_settings()
    pictures = Cache(settings.cache_folder, settings.cache_max_bytes)
    table = Table(title=f"Cached loads, median of {5 * count}, in milliseconds")
    columns = ("picture", "cached as", "load()", "as PNG", "ratio", "cached file")
    for column in columns:
        table.add_column(column, justify="right")
    for descriptor in kept:
        path = folder / f"{descriptor.width}x{descriptor.height}.gcx"
        write(path, descriptor, overwrite=True)
        with Image.open(path) as image:
            image.load()
            if not image.info["gcx"]["cached"]:
                raise AssertionError("the picture was not in the cache")
            png = io.BytesIO()
            Image.frombytes(image.mode, image.size, image.tobytes()).save(png, "PNG")
        data = pictures.variants(descriptor_hash(path.read_bytes()))[0].read()
        with Image.open(io.BytesIO(data)) as original:
            as_kept = f"{original.width} x {original.height}"
        ours, theirs, raw = (
            statistics.median(seconds(work) for _ in range(5 * count))
            for work in (
                partial(load, path),
                partial(load_bytes, png.getvalue()),
                partial(load_bytes, data),
            )
        )
        table.add_row(
            f"{descriptor.width} x {descriptor.height}",
            as_kept,
            *(f"{value:.1f}" for value in (ours * 1000, theirs * 1000, ours / theirs, raw * 1000)),
        )
    return table


def load(file: Path | io.BytesIO) -> None:
    with Image.open(file) as image:
        image.load()


def load_bytes(data: bytes) -> None:
    load(io.BytesIO(data))


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
