"""Whether the CPU and the GPU decode the same latents from each other's files.

    python benchmarks/msillm_devices.py [--quality 3] [--pictures 8]

Starts four processes: two write files, one with the GPU and one with it hidden; two read all of the
files, again with and without it. Prints whether the latents are identical to the bit, how far the
pixels differ, and how long coding took. Exits with 1 if latents differ. The weights are those in
GCX_WEIGHTS_FOLDER, or seeded ones (`msillm_seeded.py`).

Needs a GPU that torch supports and `pip install -e '.[msillm]'`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.extras import needing

WORK = """
import base64, hashlib, io, json, sys, time, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
import numpy as np, torch
from pathlib import Path
import msillm
from gcx_format.visual.msillm import MsIllm, codec
from msillm import store
quality = MsIllm().find(sys.argv[2])
pictures = msillm.thumbnails(msillm.SAMPLES, int(sys.argv[3]))
payloads = [bytes.fromhex(payload) for payload in json.load(sys.stdin)]
device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"
codec.encode(pictures[0], quality, store())
start = time.perf_counter()
written = [codec.encode(picture, quality, store()).hex() for picture in pictures]
encoding = (time.perf_counter() - start) / len(pictures)
latents = [msillm.digest(payload, quality) for payload in payloads]
pixels, decoding = [], 0.0
for payload in payloads[:1] + payloads:
    start = time.perf_counter()
    decoded = codec.decode(payload, msillm.SIZE, "RGB", quality, store())
    decoding = time.perf_counter() - start
    pixels.append(base64.b64encode(decoded.tobytes()).decode())
print(json.dumps({"device": device, "torch": torch.__version__, "written": written,
    "latents": latents, "pixels": pixels[1:], "encoding": encoding, "decoding": decoding}))
"""


def run(quality: str, count: int, payloads: list[str], *, gpu: bool) -> dict[str, Any]:
    """What one process writes for the pictures, and reads from the payloads."""
    environment = dict(os.environ)
    if not gpu:
        environment["CUDA_VISIBLE_DEVICES"] = ""
    here = str(Path(__file__).parent)
    answer = subprocess.run(
        [sys.executable, "-c", WORK, here, quality, str(count)],
        input=json.dumps(payloads),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def main() -> int:
    import base64

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--quality", default="3", help="vlo1, vlo2 or 1 to 6 (default: %(default)s)"
    )
    parser.add_argument(
        "--pictures", type=int, default=8, help="number of pictures (default: %(default)s)"
    )
    arguments = parser.parse_args()
    with needing("msillm"):
        import neuralcompression  # noqa: F401
    with tempfile.TemporaryDirectory() as place:
        if not os.environ.get("GCX_WEIGHTS_FOLDER"):
            os.environ["GCX_WEIGHTS_FOLDER"] = place
            seeded = Path(__file__).with_name("msillm_seeded.py")
            command = [sys.executable, str(seeded), place, "--quality", arguments.quality]
            subprocess.run(command, check=True)
        task = (arguments.quality, arguments.pictures)
        writers = [run(*task, [], gpu=gpu) for gpu in (True, False)]
        payloads = [payload for writer in writers for payload in writer["written"]]
        readers = [run(*task, payloads, gpu=gpu) for gpu in (True, False)]
    for reader in readers:
        print(
            f"{reader['device']}, torch {reader['torch']}: encoding "
            f"{1000 * reader['encoding']:.0f} ms, decoding {1000 * reader['decoding']:.0f} ms"
        )
    if writers[0]["device"] == "CPU":
        print("no GPU found: this compares the CPU with itself")
    same = sum(a == b for a, b in zip(*(writer["written"] for writer in writers), strict=True))
    print(f"{same} of {arguments.pictures} files have the same bytes on both devices")
    identical = readers[0]["latents"] == readers[1]["latents"]
    print(f"latents of all {len(payloads)} files: {'identical' if identical else 'DIFFERENT'}")
    first, second = (
        np.array([np.frombuffer(base64.b64decode(p), np.uint8) for p in reader["pixels"]], int)
        for reader in readers
    )
    print(f"pixels differ by at most {np.abs(first - second).max()} of 255")
    return 0 if identical else 1


if __name__ == "__main__":
    sys.exit(main())
