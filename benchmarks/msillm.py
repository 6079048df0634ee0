"""MS-ILLM in gcx compared with upstream: bytes, cost of rounding, speed, memory, cold start.

    python benchmarks/msillm.py [FOLDER] [--quality 3] [--pictures 50] [--other-python PYTHON]

The weights are those in GCX_WEIGHTS_FOLDER if it is set, otherwise seeded ones for the real
architecture (`msillm_seeded.py`), one checkpoint for each of five seeds. The pictures are 128 x 128
thumbnails of the photographs in FOLDER, or crops of those in samples/.

- **Bytes** of each picture: the ideal code length under gcx's own tables; gcx's payload, with its
  check value of two bytes; CompressAI's two rANS strings; upstream's output, pickled.
- **Rounding**: the ideal code length under gcx's tables compared with that under the unrounded
  network, with densities in float64, for the same symbols.
- **Speed**: gcx's encode and decode compared with upstream's compress and decompress, alternating
  in one process, so that a busy machine slows all of them alike; and encoding a whole folder.
- **Memory** of each, in a process of its own.
- **Cold start** of a decoding process, in parts.
- **Another version of torch**, if PYTHON is the interpreter of an environment that has one: the
  latents that each version decodes from files written by the other.

Needs `pip install -e '.[msillm]'`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from benchmarks.extras import needing
from gcx_format.settings import load_settings
from gcx_format.visual.codec import Variant
from gcx_format.visual.downscale import downscale
from gcx_format.visual.msillm import MsIllm, bitstream, codec
from gcx_format.weights import WeightStore

SIDE = 128
SIZE = (SIDE, SIDE)
SAMPLES = Path(__file__).parents[1] / "samples"
SEEDS = 5


def thumbnails(folder: Path, count: int) -> list[Image.Image]:
    """That many thumbnails of a folder's photographs, as scale 8 makes from squares of 1024."""
    names = {".png", ".jpg", ".jpeg", ".webp"}
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in names)
    rng = np.random.default_rng(0)
    pictures: list[Image.Image] = []
    while len(pictures) < count:
        with Image.open(files[len(pictures) % len(files)]) as image:
            photograph = image.convert("RGB")
        side = min(photograph.size)
        if len(pictures) >= len(files):  # another part of a photograph used before
            side = int(rng.integers(max(SIDE, side // 3), side + 1))
        left = int(rng.integers(0, photograph.width - side + 1))
        top = int(rng.integers(0, photograph.height - side + 1))
        pictures.append(downscale(photograph.crop((left, top, left + side, top + side)), SIZE))
    return pictures


def store() -> WeightStore:
    """The weights, by the settings as they are now."""
    return load_settings().weight_store


def upstream(quality: Variant) -> Any:
    """The upstream model, ready to compress."""
    import torch
    from neuralcompression.models import HiFiCAutoencoder

    model = HiFiCAutoencoder()
    assert quality.checkpoint is not None
    model.load_state_dict(torch.load(store().path(quality.checkpoint), weights_only=True))
    model.eval()
    model.update_tensor_devices("compress")
    return model


def tensor(picture: Image.Image) -> Any:
    import torch

    samples = np.asarray(picture, np.float32) / 255
    return torch.from_numpy(np.ascontiguousarray(samples.transpose(2, 0, 1)))[None]


# --- bytes -------------------------------------------------------------------------------


def rates(pictures: list[Image.Image], quality: Variant) -> list[list[float]]:
    """For each picture, bytes: the ideal, payload, rANS strings, pickle, and unrounded ideal."""
    import torch

    model = upstream(quality)
    rows = []
    for picture in pictures:
        payload = codec.encode(picture, quality, store())
        ours = bitstream.ideal_bits(payload, SIZE, codec._entropy_models(quality, store())) / 8
        with torch.inference_mode():
            output = model.compress(tensor(picture))
        strings = len(output.latent_strings[0]) + len(output.hyper_latent_strings[0])
        rows.append([ours, len(payload), strings, len(pickle.dumps(output)), 0.0])
    model.double()
    for row, picture in zip(rows, pictures, strict=True):
        row[4] = unrounded(codec.encode(picture, quality, store()), quality, model) / 8
    return rows


def unrounded(payload: bytes, quality: Variant, model: Any) -> float:
    """Bits of a payload's symbols under the unrounded network and densities, in float64."""
    import torch

    entropy_model = codec._entropy_models(quality, store())
    symbols, _, hyper_symbols = bitstream._read(payload, SIZE, entropy_model)
    with torch.inference_mode():
        medians = model.hyper_bottleneck.quantiles[:, 0, 1, None, None]
        hyper_latents = torch.from_numpy(hyper_symbols)[None] + medians
        _, hyper_likelihood = model.hyper_bottleneck(hyper_latents, training=False)
        scales = model.hyper_synthesis_scale(hyper_latents)
        likelihood = model.latent_bottleneck._likelihood(torch.from_numpy(symbols)[None], scales)
    bits = torch.log2(hyper_likelihood).sum() + torch.log2(likelihood.clamp(min=1e-9)).sum()
    return -float(bits)


def show_rates(rows: list[list[float]], console: Console) -> None:
    values = np.array(rows)
    ideal, payload, strings, pickled, exact = values.T
    table = Table(title=f"Bytes of {len(rows)} pictures of {SIDE} x {SIDE}")
    for column in ("", "mean", "above the ideal: mean", "maximum"):
        table.add_column(column, justify="right" if column else "left")
    check = bitstream.CHECK_BYTES
    for name, found in (
        ("ideal under gcx's tables", ideal),
        ("gcx, without its check value", payload - check),
        ("gcx, payload", payload),
        ("CompressAI, two rANS strings", strings),
        ("upstream's output, pickled", pickled),
    ):
        beyond = found - ideal
        table.add_row(name, f"{found.mean():.1f}", f"{beyond.mean():+.2f}", f"{beyond.max():+.2f}")
    console.print(table)
    total = ideal.sum() / exact.sum() - 1
    console.print(
        f"gcx's tables compared with the unrounded network: {100 * total:+.3f} % of all bytes, "
        f"{100 * (ideal / exact - 1).min():+.3f} to {100 * (ideal / exact - 1).max():+.3f} % for "
        "single pictures"
    )


# --- speed, memory -----------------------------------------------------------------------

PROBES = {
    "gcx encode": """
from gcx_format.visual.msillm import codec
from msillm import store
work = lambda picture: codec.encode(picture, quality, store())
""",
    "upstream compress": """
model = msillm.upstream(quality)
def work(picture):
    with torch.inference_mode():
        return model.compress(msillm.tensor(picture))
""",
    "gcx decode": """
from gcx_format.visual.msillm import codec
from msillm import store
payloads = {id(p): bytes.fromhex(d) for p, d in zip(pictures, given)}
work = lambda picture: codec.decode(payloads[id(picture)], picture.size, "RGB", quality, store())
""",
    "upstream decompress": """
model = msillm.upstream(quality)
with torch.inference_mode():
    outputs = {id(picture): model.compress(msillm.tensor(picture)) for picture in pictures}
def work(picture):
    with torch.inference_mode():
        return model.decompress(outputs[id(picture)])
""",
}

RUN = """
import json, sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import msillm, torch
from pathlib import Path
from gcx_format.visual.msillm import MsIllm
quality = MsIllm().find(sys.argv[2])
pictures = msillm.thumbnails(Path(sys.argv[3]), 4)
given = json.loads(sys.argv[4])
exec(sys.argv[5])
for picture in pictures:
    work(picture)
lines = Path("/proc/self/status").read_text().splitlines()
status = {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
print(json.dumps([status["VmHWM:"] / 1e3, status["RssAnon:"] / 1e3]))
"""


def show_speed(folder: Path, quality: Variant, console: Console) -> None:
    import torch

    pictures = thumbnails(folder, 4)
    payloads = [codec.encode(picture, quality, store()) for picture in pictures]
    model = upstream(quality)
    times: dict[str, list[float]] = {name: [] for name in PROBES}
    with torch.inference_mode():
        outputs = [model.compress(tensor(picture)) for picture in pictures]
        work: dict[str, Callable[[int], Any]] = {
            "gcx encode": lambda i: codec.encode(pictures[i], quality, store()),
            "upstream compress": lambda i: model.compress(tensor(pictures[i])),
            "gcx decode": lambda i: codec.decode(payloads[i], SIZE, "RGB", quality, store()),
            "upstream decompress": lambda i: model.decompress(outputs[i]),
        }
        for turn in range(60):
            for name, task in work.items():
                start = time.perf_counter()
                task(turn % len(pictures))
                if turn >= len(pictures):
                    times[name].append(1000 * (time.perf_counter() - start))
    table = Table(title=f"Warm, {SIDE} x {SIDE}, {os.cpu_count()} cores")
    for column in ("", "median, ms", "fastest, ms", "peak, MB", "anonymous at the end, MB"):
        table.add_column(column, justify="right" if column else "left")
    for name, code in PROBES.items():
        given = json.dumps([payload.hex() for payload in payloads])
        arguments = [str(Path(__file__).parent), quality.name, str(folder), given]
        command = [sys.executable, "-W", "ignore", "-c", RUN, *arguments, code]
        answer = subprocess.run(command, check=True, capture_output=True).stdout
        megabytes = [f"{number:.0f}" for number in json.loads(answer)]
        numbers = [f"{number:.0f}" for number in (statistics.median(times[name]), min(times[name]))]
        table.add_row(name, *numbers, *megabytes)
    console.print(table)


def show_folder(quality: Variant, console: Console) -> None:
    """Encode a folder of photographs with `gcx encode`: one model, all cores."""
    from gcx_format.cli import main as gcx

    with tempfile.TemporaryDirectory() as place:
        photos = Path(place, "photos")
        photos.mkdir()
        for index, picture in enumerate(thumbnails(SAMPLES, 24)):
            picture.resize((1024, 1024)).save(photos / f"{index}.png")
        arguments = ["encode", str(photos), "--visual", "msillm", "--quality", quality.name, "-q"]
        for round in "warming up", "warm":
            out = Path(place, round)
            start, used = time.perf_counter(), time.process_time()
            gcx([*arguments, "-o", str(out)])
            seconds = time.perf_counter() - start
            cores = (time.process_time() - used) / seconds
        console.print(
            f"a folder of 24 photographs of 1024 x 1024: {seconds:.1f} s, {24 / seconds:.1f} per "
            f"second, {cores:.1f} cores busy"
        )


COLD = """
import sys, time
start = time.perf_counter()
from gcx_format import decode, read
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import MsIllm, checkpoint, codec
descriptor = read(sys.argv[1])
checkpoint.import_network()
imported = time.perf_counter()
quality = MsIllm.variants[descriptor.visual.variant]
store = lambda: load_settings().weight_store
codec._entropy_models(quality, store())
codec._syntheses(quality, store())
loaded = time.perf_counter()
decode(descriptor)
print(imported - start, loaded - imported, time.perf_counter() - loaded)
"""


def show_cold_start(picture: Image.Image, quality: Variant, console: Console) -> None:
    from gcx_format import encode, write

    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "picture.gcx")
        write(path, encode(picture, visual="msillm", quality=quality.name, scale=1))
        rounds = []
        for _ in range(3):
            command = [sys.executable, "-W", "ignore", "-c", COLD, str(path)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rounds.append([float(part) for part in answer.split()])
        start = time.perf_counter()
        command = [sys.executable, "-m", "gcx_format", "decode", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        whole = time.perf_counter() - start
    imports, weights, compute = np.median(rounds, axis=0)
    console.print(
        f"cold decode: imports {imports:.1f} s, weights {weights:.1f} s, compute {compute:.1f} s; "
        f"the whole process `gcx decode` {whole:.1f} s"
    )


# --- another version of torch ------------------------------------------------------------

OTHER = """
import hashlib, json, sys
import numpy as np, torch
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import msillm
from gcx_format.visual.msillm import MsIllm, codec
from msillm import store
quality = MsIllm().find(sys.argv[2])
pictures = msillm.thumbnails(Path(sys.argv[3]), len(json.loads(sys.argv[4])))
found = [msillm.digest(bytes.fromhex(p), quality) for p in json.loads(sys.argv[4])]
written = [codec.encode(picture, quality, store()) for picture in pictures]
own = [msillm.digest(payload, quality) for payload in written]
print(json.dumps([torch.__version__, found, [p.hex() for p in written], own]))
"""


def digest(payload: bytes, quality: Variant) -> str:
    """SHA-256 of the latents that a payload decodes to in this process."""
    latents: NDArray[np.float32] = codec.latents(payload, SIZE, quality, store())
    return hashlib.sha256(np.ascontiguousarray(latents).tobytes()).hexdigest()


def show_other(python: Path, folder: Path, quality: Variant, console: Console) -> None:
    import torch

    payloads = [codec.encode(picture, quality, store()) for picture in thumbnails(folder, 10)]
    arguments = [str(Path(__file__).parent), quality.name, str(folder)]
    answer = subprocess.run(
        [python, "-W", "ignore", "-c", OTHER, *arguments, json.dumps([p.hex() for p in payloads])],
        check=True,
        stdout=subprocess.PIPE,
    )
    version, found, written, own = json.loads(answer.stdout)
    agreed = [digest(payload, quality) for payload in payloads] == found
    back = [digest(bytes.fromhex(payload), quality) for payload in written] == own
    same = sum(p.hex() == w for p, w in zip(payloads, written, strict=True))
    console.print(
        f"torch {torch.__version__} and {version}: latents of 10 files written by the first "
        f"{'identical' if agreed else 'DIFFER'}, of 10 written by the second "
        f"{'identical' if back else 'DIFFER'}; {same} of 10 files have the same bytes"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "folder", type=Path, nargs="?", default=SAMPLES, help="photographs (default: samples/)"
    )
    parser.add_argument(
        "--quality", default="3", help="vlo1, vlo2 or 1 to 6 (default: %(default)s)"
    )
    parser.add_argument(
        "--pictures", type=int, default=50, help="number of thumbnails (default: %(default)s)"
    )
    parser.add_argument(
        "--other-python", type=Path, help="Python of an environment with another version of torch"
    )
    arguments = parser.parse_args()
    quality = MsIllm().find(arguments.quality)
    console = Console()
    warnings.simplefilter("ignore")
    with needing("msillm"):
        import neuralcompression  # noqa: F401
    with tempfile.TemporaryDirectory() as place:
        rows: list[list[float]] = []
        pictures = thumbnails(arguments.folder, arguments.pictures)
        if os.environ.get("GCX_WEIGHTS_FOLDER"):
            rows = rates(pictures, quality)
        else:
            os.environ["GCX_WEIGHTS_FOLDER"] = place
            for seed in range(SEEDS):
                seeded = Path(__file__).with_name("msillm_seeded.py")
                options = [place, "--quality", quality.name, "--seed", str(seed)]
                subprocess.run([sys.executable, seeded, *options], check=True, capture_output=True)
                Path(place, "weights.lock").unlink(missing_ok=True)
                rows += rates(pictures[seed::SEEDS], quality)
        show_rates(rows, console)
        show_speed(arguments.folder, quality, console)
        show_folder(quality, console)
        show_cold_start(pictures[0], quality, console)
        if arguments.other_python:
            show_other(arguments.other_python, arguments.folder, quality, console)


if __name__ == "__main__":
    main()
